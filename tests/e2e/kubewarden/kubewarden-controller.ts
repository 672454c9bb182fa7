import { createPrivateKey } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import type { Answer } from "../control-plane/api-client.ts";
import { selfSignedCertificate } from "../control-plane/certificate.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { lastLines, type SupervisedProcess, supervise } from "../control-plane/supervised-process.ts";
import { kubewardenDefinitions } from "./resource-definitions.ts";

export const kubewardenNamespace = "kubewarden";

const readySeconds = 60;
/** The kinds whose own webhooks matter here: Kubewarden defaults them and checks them as they are written. */
const admitted = ["clusteradmissionpolicy", "policyserver"] as const;
const plurals = { clusteradmissionpolicy: "clusteradmissionpolicies", policyserver: "policyservers" };

/**
 * Starts Kubewarden's own controller outside of the cluster, with what its Helm chart would install around it: its
 * resources, a certificate authority for its policy servers and its own webhooks.
 */
export async function startKubewardenController(
  plane: ControlPlane,
  program: { readonly executable: string; readonly definitions: string | undefined },
): Promise<SupervisedProcess> {
  const { admin, folder } = plane;
  for (const definition of definitionsIn(program.definitions)) {
    await made(admin.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition));
  }
  await made(admin.post("/api/v1/namespaces", object("Namespace", kubewardenNamespace)));
  const authority = selfSignedCertificate("kubewarden-ca", "authority");
  const stringData = {
    "ca.crt": authority.certificate,
    "ca.key": createPrivateKey(authority.key).export({ type: "sec1", format: "pem" }),
  };
  const secrets = `/api/v1/namespaces/${kubewardenNamespace}/secrets`;
  await made(admin.post(secrets, { ...object("Secret", "kubewarden-ca"), stringData }));

  const serving = selfSignedCertificate("kubewarden-controller");
  // controller-runtime looks for its certificate in a fixed folder below the one for temporary files.
  const temporary = join(folder, "kubewarden-controller");
  const certificates = join(temporary, "k8s-webhook-server/serving-certs");
  mkdirSync(certificates, { recursive: true });
  writeFileSync(join(certificates, "tls.crt"), serving.certificate);
  writeFileSync(join(certificates, "tls.key"), serving.key, { mode: 0o600 });

  const [webhookPort, probePort] = [await freePort(), await freePort()];
  const flags = ["--deployments-namespace", kubewardenNamespace, "--metrics-bind-address", "0"];
  flags.push(
    "--webhook-server-port",
    `${webhookPort}`,
    "--health-probe-bind-address",
    `127.0.0.1:${probePort}`,
  );
  const controller = supervise("kubewarden-controller", [program.executable, ...flags], {
    logFile: join(folder, "kubewarden-controller.log"),
    env: { ...process.env, KUBECONFIG: plane.kubeconfig, TMPDIR: temporary },
  });
  await untilReady(controller, `http://127.0.0.1:${probePort}/readyz`);
  for (const configuration of ownWebhooks(`https://127.0.0.1:${webhookPort}`, serving.certificate)) {
    const plural = `${configuration.kind.toLowerCase()}s`;
    await made(admin.post(`/apis/admissionregistration.k8s.io/v1/${plural}`, configuration));
  }
  return controller;
}

/** Kubewarden's own definitions from a folder of its chart; without one, ours and, for its other kinds, anything. */
function definitionsIn(folder: string | undefined): readonly unknown[] {
  if (folder === undefined) {
    const others = ["AdmissionPolicy", "AdmissionPolicyGroup", "ClusterAdmissionPolicyGroup"];
    return [...kubewardenDefinitions, ...others.map(anything)];
  }
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map((document) => document.toJS());
}

function anything(kind: string): unknown {
  const [group, singular] = ["policies.kubewarden.io", kind.toLowerCase()];
  const plural = singular.replace(/y$/, "ies").replace(/p$/, "ps");
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular, listKind: `${kind}List` },
      scope: kind.startsWith("Cluster") ? "Cluster" : "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
        },
      ],
    },
  };
}

function ownWebhooks(url: string, certificate: string): { kind: string }[] {
  const caBundle = Buffer.from(certificate).toString("base64");
  return (["Mutating", "Validating"] as const).map((verb) => ({
    ...object(`${verb}WebhookConfiguration`, `kubewarden-controller-${verb.toLowerCase()}`),
    apiVersion: "admissionregistration.k8s.io/v1",
    webhooks: admitted.map((kind) => ({
      name: `${verb.toLowerCase()}-${kind}.kubewarden.io`,
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Fail",
      clientConfig: {
        caBundle,
        url: `${url}/${verb === "Mutating" ? "mutate" : "validate"}-policies-kubewarden-io-v1-${kind}`,
      },
      rules: [
        {
          apiGroups: ["policies.kubewarden.io"],
          apiVersions: ["v1"],
          operations: ["CREATE", "UPDATE"],
          resources: [plurals[kind]],
        },
      ],
    })),
  }));
}

function object(kind: string, name: string): { apiVersion: string; kind: string; metadata: object } {
  return { apiVersion: "v1", kind, metadata: { name } };
}

async function made(call: Promise<Answer>): Promise<void> {
  const { status, body } = await call;
  if (status !== 201) throw new Error(`expected 201, got ${status} ${body?.message ?? ""}`);
}

async function untilReady(controller: SupervisedProcess, url: string): Promise<void> {
  const deadline = performance.now() + readySeconds * 1000;
  const isReady = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (controller.ended() !== null || performance.now() > deadline) {
      throw new Error(`${controller.name}: not ready after ${readySeconds} s:\n${lastLines(controller)}`);
    }
    await sleep(200);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("expected a TCP address");
  return address.port;
}
