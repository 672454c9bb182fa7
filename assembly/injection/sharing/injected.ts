import { Elements, member, textEquals } from "@kubewarden/as-sdk/assembly/json";

/** Whether a container of a Pod was injected: its first env entry named IS_INJECTED says so literally. */
export function isInjected(container: usize): bool {
  const env = new Elements(member(container, "env"));
  while (env.next()) {
    if (!textEquals(member(env.value, "name"), "IS_INJECTED")) continue;
    return textEquals(member(env.value, "value"), "true");
  }
  return false;
}

/** Whether a share policy (0: none) is switched on. */
export function isEnabled(policy: usize): bool {
  return textEquals(member(policy, "type"), "enabled");
}
