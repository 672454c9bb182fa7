import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { type JsonObject, at, numberAt, objectAt, objectsAt, textAt } from "../../sandbox/json/value.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { type Answer, call, patchTypes } from "./api-caller.ts";
import { configMap, pod, widget, widgetDefinition } from "./objects.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";
const pods = "/api/v1/namespaces/default/pods";
const widgets = "/apis/example.test/v1/namespaces/default/widgets";

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ kubelet: false });
  sandbox.client.create(widgetDefinition());
});
after(() => sandbox.close());

const send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer> => call(sandbox.url, method, path, body, headers);

/** Sends a request that must succeed and answers the body. */
async function done(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<JsonObject> {
  const answer = await send(method, path, body, headers);
  assert.ok(answer.code < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function version(object: JsonObject): string {
  return textAt(object, "metadata", "resourceVersion") ?? "";
}

describe("create", () => {
  test("fills in the server's metadata", async () => {
    const made = await done("POST", `${configMaps}?fieldManager=me`, configMap("made"));
    assert.match(textAt(made, "metadata", "uid") ?? "", /^[0-9a-f-]{36}$/);
    assert.match(textAt(made, "metadata", "creationTimestamp") ?? "", /^\d{4}-.*Z$/);
    assert.equal(textAt(made, "metadata", "namespace"), "default");
    const [owner] = objectsAt(made, "metadata", "managedFields");
    assert.equal(textAt(owner, "manager"), "me");
    assert.match(textAt(owner, "time") ?? "", /Z$/);
  });

  const refusals: readonly [name: string, path: string, body: unknown, code: number, message: RegExp][] = [
    [
      "an unknown namespace",
      "/api/v1/namespaces/nowhere/configmaps",
      configMap("a"),
      404,
      /^namespaces "nowhere" not found$/,
    ],
    ["another kind", configMaps, pod("a"), 400, /cannot be handled as a ConfigMap/],
    [
      "another version",
      configMaps,
      { ...configMap("a"), apiVersion: "v2" },
      400,
      /does not match the expected API version/,
    ],
    [
      "another namespace",
      configMaps,
      { metadata: { name: "a", namespace: "kube-system" } },
      400,
      /namespace of the provided object/,
    ],
    [
      "a bad name",
      configMaps,
      configMap("Not_Good"),
      422,
      /^ConfigMap "Not_Good" is invalid: metadata.name: Invalid value/,
    ],
    ["no name", configMaps, { metadata: {} }, 422, /name or generateName is required/],
    [
      "a resourceVersion",
      configMaps,
      { metadata: { name: "a", resourceVersion: "1" } },
      400,
      /resourceVersion should not be set/,
    ],
    [
      "a bad label",
      configMaps,
      configMap("a", { x: "no good" }),
      422,
      /metadata.labels: Invalid value: "no good"/,
    ],
    ["broken JSON", configMaps, "{", 400, /could not be read/],
  ];
  for (const [name, path, body, code, message] of refusals) {
    test(`${name} is a ${code}`, async () => {
      const answer = await send("POST", path, body);
      assert.equal(answer.code, code);
      assert.match(textAt(answer.body, "message") ?? "", message);
      assert.equal(answer.body["kind"], "Status");
    });
  }

  for (const path of [
    "/api/v1/namespaces/default/things",
    "/api/v1/configmaps/a",
    "/apis/no.body/v1/things",
  ]) {
    test(`${path} is not served`, async () => {
      const { code, body } = await send("POST", path, {});
      assert.deepEqual([code, body["text"]], [404, "404 page not found\n"]);
    });
  }

  test("a taken name is a 409", async () => {
    await done("POST", configMaps, configMap("taken"));
    const { code, body } = await send("POST", configMaps, configMap("taken"));
    assert.deepEqual(
      [code, body["reason"], body["message"]],
      [409, "AlreadyExists", 'configmaps "taken" already exists'],
    );
  });

  test("generateName makes different names", async () => {
    const body = { metadata: { generateName: "gen-" } };
    const names = [await done("POST", configMaps, body), await done("POST", configMaps, body)].map((made) =>
      textAt(made, "metadata", "name"),
    );
    assert.match(names[0] ?? "", /^gen-[a-z0-9]{5}$/);
    assert.notEqual(names[0], names[1]);
  });

  test("dryRun stores nothing", async () => {
    await done("POST", `${configMaps}?dryRun=All`, configMap("dry"));
    assert.equal((await send("GET", `${configMaps}/dry`)).code, 404);
  });
});

describe("change", () => {
  test("an old resourceVersion is a 409, none is no precondition for a built-in kind", async () => {
    const made = await done("POST", configMaps, configMap("versions"));
    const first = await done("PUT", `${configMaps}/versions`, { ...made, data: { a: "1" } });
    assert.notEqual(version(first), version(made));
    const late = await send("PUT", `${configMaps}/versions`, { ...made, data: { a: "2" } });
    assert.deepEqual([late.code, late.body["reason"]], [409, "Conflict"]);
    assert.match(textAt(late.body, "message") ?? "", /the object has been modified/);
    await done("PUT", `${configMaps}/versions`, { ...configMap("versions"), data: { a: "3" } });
  });

  test("a custom resource needs a resourceVersion to be replaced", async () => {
    await done("POST", widgets, widget("unversioned", { size: 1 }));
    const { code, body } = await send("PUT", `${widgets}/unversioned`, widget("unversioned", { size: 2 }));
    assert.equal(code, 422);
    assert.match(
      textAt(body, "message") ?? "",
      /resourceVersion: Invalid value: 0: must be specified for an update/,
    );
  });

  for (const kind of ["merge", "strategic"] as const) {
    test(`another uid in a ${kind} patch is a 422, the right one is not`, async () => {
      const made = await done("POST", configMaps, configMap(`uid-${kind}`));
      const path = `${configMaps}/uid-${kind}`;
      const wrong = await send(
        "PATCH",
        path,
        { metadata: { uid: "other" }, data: { a: "1" } },
        patchTypes[kind],
      );
      assert.equal(wrong.code, 422);
      assert.match(
        textAt(wrong.body, "message") ?? "",
        /metadata.uid: Invalid value: "other": field is immutable/,
      );
      const uid = textAt(made, "metadata", "uid");
      await done("PATCH", path, { metadata: { uid }, data: { a: "1" } }, patchTypes[kind]);
    });
  }

  test("another uid in a replacement is a 409", async () => {
    const made = await done("POST", configMaps, configMap("replaced"));
    const other = { ...made, metadata: { ...objectAt(made, "metadata"), uid: "other" } };
    const { code, body } = await send("PUT", `${configMaps}/replaced`, other);
    assert.equal(code, 409);
    assert.match(textAt(body, "message") ?? "", /Precondition failed: UID in precondition: other/);
  });

  test("a patch that changes nothing keeps the resourceVersion", async () => {
    const made = await done("POST", configMaps, configMap("same"));
    const again = await done("PATCH", `${configMaps}/same`, { data: { key: "same" } }, patchTypes.merge);
    assert.equal(version(again), version(made));
  });

  test("strategic merge of a custom resource is a 415", async () => {
    await done("POST", widgets, widget("strategic", { size: 1 }));
    const { code } = await send("PATCH", `${widgets}/strategic`, { spec: { size: 2 } }, patchTypes.strategic);
    assert.equal(code, 415);
  });

  test("apply creates, then merges, as YAML too", async () => {
    const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\ndata:\n  a: '1'\n";
    const path = `${configMaps}/applied?fieldManager=one`;
    assert.equal((await send("PATCH", path, yaml, patchTypes.apply)).code, 201);
    const body = { apiVersion: "v1", kind: "ConfigMap", data: { b: "2" } };
    const merged = await done("PATCH", `${configMaps}/applied?fieldManager=two`, body, patchTypes.apply);
    assert.deepEqual(merged["data"], { a: "1", b: "2" });
    const conflict = { ...body, data: { a: "3" } };
    assert.equal(
      (await send("PATCH", `${configMaps}/applied?fieldManager=two`, conflict, patchTypes.apply)).code,
      409,
    );
    const nameless = await send("PATCH", `${configMaps}/applied`, body, patchTypes.apply);
    assert.equal(nameless.code, 422, "apply needs a fieldManager");
  });

  test("an apply of what is there already is recorded as a second owner", async () => {
    const body = { ...configMap("shared"), data: { a: "1" } };
    const path = `${configMaps}/shared`;
    const first = await done("PATCH", `${path}?fieldManager=one`, body, patchTypes.apply);
    const second = await done("PATCH", `${path}?fieldManager=two`, body, patchTypes.apply);
    assert.notEqual(version(second), version(first));
    const managers = objectsAt(second, "metadata", "managedFields").map(({ manager }) => manager);
    assert.deepEqual(managers, ["one", "two"]);
    const third = await done("PATCH", `${path}?fieldManager=two`, body, patchTypes.apply);
    assert.equal(version(third), version(second), "and nothing more the second time");
  });

  test("generation counts the spec, not metadata and status; status has its own endpoint", async () => {
    const made = await done("POST", widgets, { ...widget("generations", { size: 1 }), status: { ready: 9 } });
    const path = `${widgets}/generations`;
    assert.equal(made["status"], undefined, "status is not set through the object");
    const steps: readonly [path: string, patch: JsonObject, generation: number][] = [
      [path, { metadata: { labels: { a: "b" } } }, 1],
      [path, { spec: { size: 2 } }, 2],
      [`${path}/status`, { status: { ready: 1 }, spec: { size: 3 } }, 2],
      [path, { status: { ready: 5 }, spec: { size: 4 } }, 3],
    ];
    for (const [target, patch, generation] of steps) {
      const next = await done("PATCH", target, patch, patchTypes.merge);
      assert.equal(numberAt(next, "metadata", "generation"), generation, JSON.stringify(patch));
    }
    const { spec, status } = await done("GET", path);
    assert.deepEqual([objectAt(spec)["size"], status], [4, { ready: 1 }]);
  });

  test("fieldValidation decides what happens to unknown fields", async () => {
    const body = widget("odd", { size: 1, odd: true });
    const strict = await send("POST", `${widgets}?fieldValidation=Strict`, body);
    assert.equal(strict.code, 400);
    assert.match(textAt(strict.body, "message") ?? "", /strict decoding error: unknown field "spec.odd"/);
    const warned = await send("POST", widgets, body);
    assert.equal(warned.code, 201);
    assert.equal(warned.headers.get("warning"), '299 - "unknown field \\"spec.odd\\""');
    assert.equal(at(warned.body, "spec", "odd"), undefined);
  });

  test("every version shows the same object", async () => {
    await done("POST", widgets, widget("versioned", { size: 1 }));
    const shown = await done("GET", widgets.replace("/v1/", "/v1beta1/") + "/versioned");
    assert.equal(shown["apiVersion"], "example.test/v1beta1");
    assert.deepEqual(shown["spec"], { size: 1, colour: "red" });
  });
});

describe("list", () => {
  const names = (list: JsonObject): (string | undefined)[] =>
    objectsAt(list, "items").map((item) => textAt(item, "metadata", "name"));

  before(async () => {
    for (const name of ["l1", "l2", "l3", "l4", "l5"]) {
      await done("POST", configMaps, configMap(name, { list: name === "l3" ? "odd" : "even" }));
    }
  });

  test("pages show one moment", async () => {
    const path = `${configMaps}?labelSelector=list&limit=2`;
    const first = await done("GET", path);
    assert.deepEqual(names(first), ["l1", "l2"]);
    assert.equal(numberAt(first, "metadata", "remainingItemCount"), 3);
    await done("POST", configMaps, configMap("l6", { list: "late" }));
    let token = textAt(first, "metadata", "continue") ?? "";
    const second = await done("GET", `${path}&continue=${token}`);
    assert.deepEqual([names(second), version(second)], [["l3", "l4"], version(first)]);
    token = textAt(second, "metadata", "continue") ?? "";
    const last = await done("GET", `${path}&continue=${token}`);
    assert.deepEqual([names(last), textAt(last, "metadata", "continue")], [["l5"], undefined]);
  });

  test("a page that waited too long is a 410, a made-up token a 400", async () => {
    const first = await done("GET", `${configMaps}?limit=1`);
    sandbox.lists.expire();
    const late = await send("GET", `${configMaps}?limit=1&continue=${textAt(first, "metadata", "continue")}`);
    assert.deepEqual([late.code, late.body["reason"]], [410, "Expired"]);
    assert.equal((await send("GET", `${configMaps}?limit=1&continue=abc`)).code, 400);
  });

  test("selectors restrict, unsupported fields are a 400", async () => {
    assert.deepEqual(names(await done("GET", `${configMaps}?labelSelector=list%3Dodd`)), ["l3"]);
    assert.deepEqual(names(await done("GET", `/api/v1/configmaps?fieldSelector=metadata.name%3Dl2`)), ["l2"]);
    assert.equal((await send("GET", `${widgets}?fieldSelector=spec.size%3D1`)).code, 400);
  });

  test("tables have the definition's columns", async () => {
    await done("POST", widgets, widget("table", { size: 7 }));
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    const path = `${widgets}?fieldSelector=metadata.name%3Dtable`;
    const body = await done("GET", path, undefined, { accept });
    assert.equal(body["kind"], "Table");
    const columns = objectsAt(body, "columnDefinitions").map((column) => [
      column["name"],
      column["priority"],
    ]);
    assert.deepEqual(columns, [
      ["Name", 0],
      ["Size", 0],
      ["Ready", 1],
    ]);
    assert.deepEqual(
      objectsAt(body, "rows").map((row) => row["cells"]),
      [["table", 7, null]],
    );
  });

  test("metadata alone can be asked for, and protobuf falls back to JSON", async () => {
    const accept =
      "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const list = await done("GET", configMaps, undefined, { accept });
    assert.equal(list["kind"], "PartialObjectMetadataList");
    assert.equal(objectsAt(list, "items")[0]?.["data"], undefined);
    assert.equal(
      (await send("GET", configMaps, undefined, { accept: "application/vnd.kubernetes.protobuf" })).code,
      406,
    );
    const both = "application/vnd.kubernetes.protobuf, application/json";
    assert.equal((await done("GET", configMaps, undefined, { accept: both }))["kind"], "ConfigMapList");
  });
});

describe("delete", () => {
  test("preconditions must hold", async () => {
    const made = await done("POST", configMaps, configMap("precious"));
    const wrong = { preconditions: { uid: "other" } };
    assert.equal((await send("DELETE", `${configMaps}/precious`, wrong)).code, 409);
    const right = { preconditions: { uid: textAt(made, "metadata", "uid") } };
    assert.equal((await done("DELETE", `${configMaps}/precious`, right))["status"], "Success");
    assert.equal((await send("DELETE", `${configMaps}/precious`)).code, 404);
  });

  test("finalizers hold an object until they are gone", async () => {
    await done("POST", configMaps, { metadata: { name: "held", finalizers: ["x/y"] } });
    const marked = await done("DELETE", `${configMaps}/held`);
    assert.match(textAt(marked, "metadata", "deletionTimestamp") ?? "", /Z$/);
    assert.equal((await send("GET", `${configMaps}/held`)).code, 200);
    await done("PATCH", `${configMaps}/held`, { metadata: { finalizers: null } }, patchTypes.merge);
    assert.equal((await send("GET", `${configMaps}/held`)).code, 404);
  });

  test("dependents go with their last owner", async () => {
    const owners = [
      await done("POST", configMaps, configMap("o1")),
      await done("POST", configMaps, configMap("o2")),
    ];
    const ownerReferences = owners.map((owner) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      name: textAt(owner, "metadata", "name"),
      uid: textAt(owner, "metadata", "uid"),
    }));
    await done("POST", configMaps, { metadata: { name: "owned", ownerReferences } });
    const exists = async (): Promise<boolean> => (await send("GET", `${configMaps}/owned`)).code === 200;
    await done("DELETE", `${configMaps}/o1`);
    assert.equal(await exists(), true);
    await done("DELETE", `${configMaps}/o2`);
    assert.equal(await exists(), false);
  });

  test("dependents stay when they are to be orphaned", async () => {
    const owner = await done("POST", configMaps, configMap("parent"));
    const uid = textAt(owner, "metadata", "uid");
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "parent", uid }];
    await done("POST", configMaps, { metadata: { name: "orphan", ownerReferences } });
    await done("DELETE", `${configMaps}/parent`, { propagationPolicy: "Orphan" });
    const orphan = await done("GET", `${configMaps}/orphan`);
    assert.deepEqual(objectsAt(orphan, "metadata", "ownerReferences"), []);
  });

  test("a Pod with a node waits for its kubelet, one without does not", async () => {
    await done("POST", pods, pod("homeless"));
    await done("DELETE", `${pods}/homeless`);
    assert.equal((await send("GET", `${pods}/homeless`)).code, 404);
    await done("POST", pods, pod("settled", ["a:1"], { nodeName: "n", terminationGracePeriodSeconds: 60 }));
    const marked = await done("DELETE", `${pods}/settled`);
    assert.equal(numberAt(marked, "metadata", "deletionGracePeriodSeconds"), 60);
    await done("DELETE", `${pods}/settled?gracePeriodSeconds=0`);
    assert.equal((await send("GET", `${pods}/settled`)).code, 404);
  });

  test("a second request may shorten the grace period, not lengthen it", async () => {
    await done("POST", pods, pod("waiting", ["a:1"], { nodeName: "n" }));
    const grace: (number | undefined)[] = [];
    for (const seconds of [20, 40, 10]) {
      const marked = await done("DELETE", `${pods}/waiting?gracePeriodSeconds=${seconds}`);
      grace.push(numberAt(marked, "metadata", "deletionGracePeriodSeconds"));
    }
    assert.deepEqual(grace, [20, 20, 10]);
    await done("DELETE", `${pods}/waiting?gracePeriodSeconds=0`);
  });

  test("a collection goes by selector", async () => {
    for (const name of ["d1", "d2"]) await done("POST", configMaps, configMap(name, { doomed: name }));
    await done("DELETE", `${configMaps}?labelSelector=doomed%3Dd1`);
    assert.deepEqual(
      [(await send("GET", `${configMaps}/d1`)).code, (await send("GET", `${configMaps}/d2`)).code],
      [404, 200],
    );
  });

  test("a namespace takes its objects along", async () => {
    await done("POST", "/api/v1/namespaces", { metadata: { name: "brief" } });
    await done("POST", "/api/v1/namespaces/brief/configmaps", configMap("inside"));
    await done("DELETE", "/api/v1/namespaces/brief");
    assert.equal((await send("GET", "/api/v1/namespaces/brief/configmaps/inside")).code, 404);
  });
});

describe("odd requests", () => {
  const paths: readonly [path: string, code: number][] = [
    ["//", 404],
    ["/api/v1/namespaces/default/configmaps/%zz", 400],
    ["*", 404],
    ["/apis", 200],
    ["/apis/", 200],
    ["/api/v1", 200],
    ["/apis/nobody", 404],
    ["/healthz", 200],
    ["/version", 200],
    ["/openapi/v3/apis/example.test/v1", 200],
    ["/openapi/v3/apis/nobody/v1", 404],
  ];
  for (const [path, code] of paths) {
    test(`GET ${path} is a ${code}`, async () => {
      const { port } = new URL(sandbox.url);
      const status = await new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, path }, (response) => resolve(response.resume().statusCode))
          .on("error", reject)
          .end();
      });
      assert.equal(status, code);
    });
  }

  test("methods that nothing answers to are a 405", async () => {
    assert.equal((await send("PUT", configMaps, configMap("a"))).code, 405);
    assert.equal((await send("POST", `${configMaps}/a`, configMap("a"))).code, 405);
    assert.equal((await send("POST", "/version", {})).code, 405);
    assert.equal((await send("OPTIONS", configMaps)).code, 405);
  });

  test("a body that is too large is a 413", async () => {
    const { code } = await send("POST", configMaps, {
      ...configMap("big"),
      data: { a: "x".repeat(9 * 1024 * 1024) },
    });
    assert.equal(code, 413);
  });
});

test("a definition serves its resource, and takes it away", async () => {
  const definition = widgetDefinition();
  const renamed = JSON.parse(
    JSON.stringify(definition).replaceAll("widgets", "gadgets").replaceAll("Widget", "Gadget"),
  );
  const path = "/apis/example.test/v1/namespaces/default/gadgets";
  assert.equal((await send("GET", path)).code, 404);
  await done("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", renamed);
  await done("POST", path, { metadata: { name: "g" }, spec: { size: 1 } });
  const resources = objectsAt(await done("GET", "/apis/example.test/v1"), "resources").map(
    ({ name }) => name,
  );
  assert.deepEqual(resources, ["widgets", "widgets/status", "gadgets", "gadgets/status"]);
  await done("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.example.test");
  assert.equal((await send("GET", path)).code, 404);
});

test("both Event resources show one Event", async () => {
  const event = {
    metadata: { name: "e1" },
    regarding: { kind: "Pod", name: "p", namespace: "default" },
    note: "hello",
    reason: "Greeting",
    reportingController: "me",
    eventTime: "2026-01-01T00:00:00.000000Z",
  };
  await done("POST", "/apis/events.k8s.io/v1/namespaces/default/events", event);
  const core = await done("GET", "/api/v1/namespaces/default/events/e1");
  assert.deepEqual(
    [core["message"], objectAt(core, "involvedObject")["name"], core["apiVersion"]],
    ["hello", "p", "v1"],
  );
  const modern = await done("GET", "/apis/events.k8s.io/v1/namespaces/default/events/e1");
  assert.deepEqual([modern["note"], modern["apiVersion"]], ["hello", "events.k8s.io/v1"]);
});
