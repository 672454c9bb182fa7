/**
 * Records the OpenAPI schemas of the Kubernetes types that a SidecarSet embeds, as controller-gen derives them from
 * k8s.io/api, into policy/crd/core.recorded.json. Needs Go and the Go module proxy; run it to move to another Kubernetes
 * release, then `node scripts/crd.ts`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const KUBERNETES_API = "v0.37.2";
const CONTROLLER_GEN = "v0.23.0";
const TARGET = new URL("../policy/crd/core.recorded.json", import.meta.url);

const MEMBERS = {
  container: "corev1.Container",
  volume: "corev1.Volume",
  localObjectReference: "corev1.LocalObjectReference",
  objectFieldSelector: "corev1.ObjectFieldSelector",
  labelSelector: "metav1.LabelSelector",
  condition: "metav1.Condition",
};

const SOURCE = `// +groupName=core.example
// +versionName=v1
package v1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// +kubebuilder:object:root=true
type Core struct {
	metav1.TypeMeta   \`json:",inline"\`
	metav1.ObjectMeta \`json:"metadata,omitempty"\`
${Object.entries(MEMBERS)
  .map(([name, type]) => `	${name[0]?.toUpperCase()}${name.slice(1)} ${type} \`json:"${name},omitempty"\``)
  .join("\n")}
}
`;

const folder = mkdtempSync(join(tmpdir(), "core-schema-"));
try {
  mkdirSync(join(folder, "v1"));
  writeFileSync(join(folder, "v1/types.go"), SOURCE);
  writeFileSync(join(folder, "go.mod"), "module core\n\ngo 1.26.0\n");
  const go = (...args: string[]) =>
    execFileSync("go", args, { cwd: folder, stdio: ["ignore", 2, "inherit"] });
  go("get", `k8s.io/api@${KUBERNETES_API}`, `k8s.io/apimachinery@${KUBERNETES_API}`);
  go("mod", "tidy");
  // Without embedded object metadata the labels of a volume claim template would be pruned.
  const marker = "crd:maxDescLen=0,generateEmbeddedObjectMeta=true";
  const tool = `sigs.k8s.io/controller-tools/cmd/controller-gen@${CONTROLLER_GEN}`;
  go("run", tool, marker, "paths=./v1", "output:crd:dir=out");
  const generated = parse(readFileSync(join(folder, "out/core.example_cores.yaml"), "utf8"));
  const { properties } = generated.spec.versions[0].schema.openAPIV3Schema;
  const schemas = Object.fromEntries(Object.keys(MEMBERS).map((name) => [name, properties[name]]));
  const recorded = { source: `k8s.io/api ${KUBERNETES_API}, controller-gen ${CONTROLLER_GEN}`, schemas };
  writeFileSync(TARGET, `${JSON.stringify(recorded, null, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
