/** Writes the CustomResourceDefinition of SidecarSet. Usage: node scripts/crd.ts */
import { writeFileSync } from "node:fs";
import { definitionPath, renderDefinition } from "../policy/crd/render.ts";

writeFileSync(new URL(`../${definitionPath}`, import.meta.url), renderDefinition());
console.log(`wrote ${definitionPath}`);
