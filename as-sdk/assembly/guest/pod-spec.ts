import { member } from "../json";
import { AdmissionRequest } from "./request";

/**
 * Address of the PodSpec in the request's object: of a Pod, or of the template in a Deployment, ReplicaSet, StatefulSet,
 * DaemonSet, ReplicationController, Job or CronJob. 0 for other kinds and where the object lacks it.
 */
export function podSpec(request: AdmissionRequest): usize {
  const spec = member(request.object, "spec");
  if (request.isKind("", "Pod")) return spec;
  if (request.isKind("batch", "CronJob")) return templateSpec(member(member(spec, "jobTemplate"), "spec"));
  return hasTemplate(request) ? templateSpec(spec) : 0;
}

function hasTemplate(request: AdmissionRequest): bool {
  return (
    request.isKind("apps", "Deployment") ||
    request.isKind("apps", "ReplicaSet") ||
    request.isKind("apps", "StatefulSet") ||
    request.isKind("apps", "DaemonSet") ||
    request.isKind("batch", "Job") ||
    request.isKind("", "ReplicationController")
  );
}

function templateSpec(spec: usize): usize {
  return member(member(spec, "template"), "spec");
}
