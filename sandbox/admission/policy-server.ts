import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { resourceKey } from "../core/resource-type.ts";
import { type JsonObject, equal, isObject, objectAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { policyType } from "./policy-definition.ts";

/** A policy as the PolicyServer runs it at this moment. */
export interface ActivePolicy {
  readonly policy: KubeObject;
  readonly settings: JsonObject;
  readonly module: PolicyModule;
}

/** Finds the compiled module of a policy's `spec.module`. Throws for one that cannot be had. */
export type ModuleSource = (url: string) => PolicyModule;

/** What the PolicyServer tells about a rollout. */
export interface RolloutReport {
  readonly policies: readonly ActivePolicy[];
  /** Why the new configuration does not start; the previous one then keeps serving. */
  readonly problem?: string;
}

/**
 * Which policies are in force. A change of any ClusterAdmissionPolicy takes effect after the rollout delay, as
 * the real PolicyServer must be restarted for it. New settings that a policy calls invalid never take effect: the
 * new server would not start, and the old one keeps serving.
 */
export class PolicyServer {
  private readonly store: Store;
  private readonly modules: ModuleSource;
  private readonly rolloutDelayMs: number;
  private readonly report: (report: RolloutReport) => void;
  private policies: readonly ActivePolicy[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly unlisten: () => void;

  constructor(
    store: Store,
    modules: ModuleSource,
    rolloutDelayMs: number,
    report: (report: RolloutReport) => void = () => {},
  ) {
    this.store = store;
    this.modules = modules;
    this.rolloutDelayMs = rolloutDelayMs;
    this.report = report;
    this.unlisten = store.listen(resourceKey(policyType), (event) => {
      const relevant = event.type !== "MODIFIED" || !equal(event.object["spec"], event.previous?.["spec"]);
      if (relevant) this.rollOut();
    });
  }

  /** The policies in force: mutating ones first, then by name. */
  active(): readonly ActivePolicy[] {
    return this.policies;
  }

  close(): void {
    this.unlisten();
    clearTimeout(this.timer);
  }

  private rollOut(): void {
    clearTimeout(this.timer);
    if (this.rolloutDelayMs <= 0) this.restart();
    else this.timer = setTimeout(() => this.restart(), this.rolloutDelayMs).unref();
  }

  /** Starts a server with the stored policies, in place of the present one if it comes up. */
  private restart(): void {
    try {
      this.policies = this.store
        .list(resourceKey(policyType))
        .map((policy) => this.start(policy))
        .sort((left, right) => Number(isMutating(right.policy)) - Number(isMutating(left.policy)));
      this.report({ policies: this.policies });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.report({ policies: this.policies, problem });
    }
  }

  private start(policy: KubeObject): ActivePolicy {
    const spec = objectAt(policy, "spec");
    const settings = isObject(spec["settings"]) ? spec["settings"] : {};
    const module = this.modules(String(spec["module"] ?? ""));
    const verdict = module.validateSettings(settings);
    if (!verdict.valid) throw new Error(`${policy.metadata.name}: Policy settings are invalid: ${verdict.message ?? ""}`);
    return { policy, settings, module };
  }
}

function isMutating(policy: KubeObject): boolean {
  return objectAt(policy, "spec")["mutating"] === true;
}
