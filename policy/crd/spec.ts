import { coreSchema, podSchema } from "./core.ts";
import {
  count,
  countOrPercent,
  flag,
  list,
  listBy,
  object,
  oneOf,
  type Schema,
  stringMap,
  text,
} from "./schema.ts";
import { labelSelector } from "./selector.ts";
import { sidecarContainer } from "./sidecar-container.ts";

/** Bounds the rules that walk the containers; a Pod with more could not be scheduled anywhere. */
const CONTAINERS_AT_MOST = 128;

function updateStrategy(): Schema {
  return object(
    "How sidecars of running Pods are upgraded when only their image changed.",
    {
      type: oneOf("RollingUpdate (the default) upgrades in place; NotUpdate leaves running Pods alone.", [
        "RollingUpdate",
        "NotUpdate",
      ]),
      paused: flag("Stops upgrades in running Pods."),
      maxUnavailable: countOrPercent(
        "How many matched Pods may be unavailable during an upgrade; 1 by default.",
      ),
      partition: countOrPercent("How many matched Pods keep the old image; 0 by default."),
      selector: labelSelector("Restricts upgrades to some of the matched Pods.", "allowed"),
      priorityStrategy: object(
        "Which Pods are upgraded first, by their labels.",
        {
          weightPriority: list(
            "Pods with the greatest sum of the weights that select them go first.",
            object(
              "The weight of some Pods.",
              {
                weight: { type: "integer", format: "int32", minimum: 0, maximum: 100 },
                matchSelector: labelSelector("The Pods that have this weight.", "rejected"),
              },
              { required: ["weight", "matchSelector"] },
            ),
            { maxItems: 64 },
          ),
          orderPriority: list(
            "Pods with the greatest number at the end of a label's value go first; earlier keys count more.",
            object(
              "A label to order by.",
              { orderedKey: text("The label's key.", { minLength: 1 }) },
              { required: ["orderedKey"] },
            ),
          ),
        },
        {
          "x-kubernetes-validations": [
            {
              rule: "!has(self.weightPriority) || size(self.weightPriority) == 0 || !has(self.orderPriority) || size(self.orderPriority) == 0",
              message: "expected either weightPriority or orderPriority, got both",
            },
          ],
        },
      ),
      scatterStrategy: list(
        "Labels whose Pods are spread over the whole upgrade.",
        object(
          "Pods with this label.",
          {
            key: text("The label's key.", { minLength: 1 }),
            value: text('The label\'s value, or "*" for each of its values.'),
          },
          { required: ["key", "value"] },
        ),
      ),
    },
    {
      "x-kubernetes-validations": [
        {
          rule: "!has(self.selector) || !has(self.partition) || (has(self.type) && self.type == 'NotUpdate') || (type(self.partition) == int && self.partition == 0)",
          message: "expected either selector or partition, got both",
        },
      ],
    },
  );
}

function injectionStrategy(): Schema {
  return object("What new Pods get.", {
    paused: flag("Stops injection; Pods that have the sidecars keep them."),
    revision: object("Injects an older revision instead of the current spec.", {
      revisionName: text("Name of a ControllerRevision; wins over customVersion."),
      customVersion: text("customVersion of the revision."),
      policy: oneOf(
        "Always (the default) injects the revision into every new Pod; Partial into those that upgrades leave behind.",
        ["Always", "Partial"],
        { default: "Always" },
      ),
    }),
  });
}

/** spec of a SidecarSet: v1alpha1 and v1beta1 in one, and the fields of the first release. */
export function spec(): Schema {
  return object(
    "What is injected into which Pods, and how it is upgraded.",
    {
      selector: labelSelector("The Pods to inject; all labels and expressions must hold.", "rejected"),
      namespaceSelector: labelSelector("The namespaces to inject in; all of them when absent.", "rejected"),
      namespace: text("The only namespace to inject in. v1alpha1; wins over namespaceSelector."),
      containers: listBy("name", "Sidecars.", sidecarContainer(), { maxItems: CONTAINERS_AT_MOST }),
      initContainers: listBy(
        "name",
        "Init containers; with restartPolicy Always they run beside the application from its start.",
        sidecarContainer(),
        { maxItems: CONTAINERS_AT_MOST },
      ),
      volumes: listBy("name", "Volumes; those that an injected container mounts are added to the Pod.", {
        ...podSchema("volume"),
        description: "A volume as a Pod has it.",
      }),
      imagePullSecrets: list("Added to the Pod's own.", coreSchema("localObjectReference")),
      updateStrategy: updateStrategy(),
      injectionStrategy: injectionStrategy(),
      patchPodMetadata: list(
        "Annotations for injected Pods.",
        object("Annotations that follow one policy.", {
          annotations: stringMap("Keys and values."),
          patchPolicy: oneOf("What happens to an annotation that the Pod already has; Retain by default.", [
            "Retain",
            "Overwrite",
            "MergePatchJson",
          ]),
        }),
      ),
      revisionHistoryLimit: count("How many ControllerRevisions are kept; 10 by default."),
      customVersion: text(
        "A name for this version of the spec. In v1alpha1 the label apps.kruise.io/sidecarset-custom-version.",
      ),
      paused: flag("First release; updateStrategy.paused wins over it."),
      strategy: object("First release.", {
        rollingUpdate: object("First release.", {
          maxUnavailable: countOrPercent("First release; updateStrategy.maxUnavailable wins over it."),
        }),
      }),
    },
    {
      required: ["selector"],
      "x-kubernetes-validations": [
        {
          rule: "(has(self.containers) && size(self.containers) > 0) || (has(self.initContainers) && size(self.initContainers) > 0)",
          message: "expected at least one container or init container",
        },
        {
          rule: "!has(self.containers) || !has(oldSelf.containers) || self.containers.all(c, oldSelf.containers.exists(o, o.name == c.name))",
          message:
            "containers can be removed but not added or renamed; create another SidecarSet for a new sidecar",
          fieldPath: ".containers",
        },
      ],
    },
  );
}
