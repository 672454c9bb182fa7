import type { HostCapabilities } from "@kubewarden/as-sdk/host";
import type { ApiClient } from "../control-plane/api-client.ts";
import type { ContextAwareResource } from "./policy-configuration.ts";

/** Collections of the kinds that the project's policies may read. */
const collections: Readonly<Record<string, string>> = {
  "v1/Namespace": "/api/v1/namespaces",
  "apps.kruise.io/v1beta1/SidecarSet": "/apis/apps.kruise.io/v1beta1/sidecarsets",
};

interface Item {
  readonly metadata: { readonly name: string };
}

interface Question {
  readonly api_version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly label_selector?: string;
  readonly field_selector?: string;
}

/**
 * Answers `kubernetes/get_resource` and `kubernetes/list_resources_all` for the kinds that a policy was granted. The guest
 * cannot wait, so all of them are listed before it runs. Everything else is refused with the texts of a policy server.
 */
export async function answerFrom(
  client: ApiClient,
  allowed: readonly ContextAwareResource[],
): Promise<HostCapabilities> {
  const lists = new Map<string, readonly Item[]>();
  for (const { apiVersion, kind } of allowed) {
    const id = `${apiVersion}/${kind}`;
    const path = collections[id];
    if (path === undefined) throw new Error(`contextAwareResources: the stand-in does not know ${id}`);
    const answer = await client.get(path);
    if (answer.status === 200) lists.set(id, answer.body.items);
  }
  return (capability, operation, payload) => {
    const question: Question = JSON.parse(Buffer.from(payload).toString("utf8"));
    const { api_version: apiVersion, kind, name } = question;
    const id = `${apiVersion}/${kind}`;
    if (capability !== "kubernetes" || !["get_resource", "list_resources_all"].includes(operation)) {
      throw new Error(`the stand-in has no host capability ${capability}/${operation}`);
    }
    const items = lists.get(id);
    if (items === undefined) {
      throw new Error(`Policy has not been granted access to Kubernetes ${id} resources.`);
    }
    if (question.label_selector !== undefined || question.field_selector !== undefined) {
      throw new Error("the stand-in lists without selectors");
    }
    if (operation === "list_resources_all") {
      return encode({ apiVersion, kind: `${kind}List`, metadata: {}, items });
    }
    const found = items.find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`Cannot find ${id} named '${name}' inside of namespace 'None'`);
    return encode({ apiVersion, kind, ...found });
  };
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
