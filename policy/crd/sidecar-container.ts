import { coreSchema, podSchema, propertiesOf } from "./core.ts";
import { list, object, oneOf, type Schema, text } from "./schema.ts";

function expressions(description: string): Schema {
  return object(description, {
    cpu: text("Expression over the variable cpu."),
    memory: text("Expression over the variable memory."),
  });
}

function shareType(description: string): Schema {
  return oneOf(description, ["enabled", "disabled"]);
}

/** Members that a sidecar has beside those of a Container. */
function ownMembers(): Record<string, Schema> {
  return {
    podInjectPolicy: oneOf(
      "Where the container goes in the Pod's list. Sidecars go before the application's containers and init sidecars after its init containers unless told otherwise.",
      ["BeforeAppContainer", "AfterAppContainer"],
    ),
    upgradeStrategy: object("How a running Pod gets a new image.", {
      upgradeType: oneOf(
        "ColdUpgrade (the default) restarts the container with the new image; HotUpgrade keeps a second container ready and switches over.",
        ["ColdUpgrade", "HotUpgrade"],
      ),
      hotUpgradeEmptyImage: text("Image that the idle one of the two containers of a HotUpgrade runs."),
    }),
    shareVolumePolicy: object(
      "Whether the sidecar also gets the volume mounts of the application's containers.",
      {
        type: shareType("disabled unless told otherwise."),
      },
    ),
    shareVolumeDevicePolicy: object(
      "Whether the sidecar also gets the block devices of the application's containers.",
      { type: shareType("disabled unless told otherwise.") },
    ),
    transferEnv: list(
      "Environment variables copied from containers of the application.",
      object("Variables of one container.", {
        sourceContainerName: text("Container to copy from."),
        sourceContainerNameFrom: object("Where the name of the container to copy from is found.", {
          fieldRef: {
            description:
              "A label or annotation of the Pod: metadata.labels['KEY'] or metadata.annotations['KEY'].",
            ...coreSchema("objectFieldSelector"),
          },
        }),
        envName: text("One variable to copy."),
        envNames: list("Variables to copy.", { type: "string" }),
      }),
    ),
    resourcesPolicy: object(
      "Resources computed from those of the Pod's containers when the Pod is created.",
      {
        targetContainersMode: oneOf("Whether the containers looked at are added up or the largest counts.", [
          "sum",
          "max",
        ]),
        targetContainersNameRegex: text("Which containers are looked at; all of them by default.", {
          default: ".*",
        }),
        resourcesExpr: object("What the sidecar gets of what they have.", {
          limits: expressions("Limits of the sidecar."),
          requests: expressions("Requests of the sidecar."),
        }),
      },
      { required: ["targetContainersMode", "resourcesExpr"] },
    ),
  };
}

/** A container of a SidecarSet: a whole core/v1 Container with the SidecarSet's own members beside its own. */
export function sidecarContainer(): Schema {
  const container = podSchema("container");
  const name = propertiesOf(container)["name"];
  if (name === undefined) throw new Error("container: expected a name");
  name.minLength = 1;
  name.maxLength = 63;
  return {
    ...container,
    description: "A container as a Pod has it, and how it is injected and upgraded.",
    properties: { ...container.properties, ...ownMembers() },
  };
}
