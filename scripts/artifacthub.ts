/** Writes artifacthub-pkg.yml. Usage: node scripts/artifacthub.ts */
import { readFileSync, writeFileSync } from "node:fs";
import { packagePath, renderArtifactHubPackage } from "../policy/packaging/artifacthub.ts";
import { parseMetadata } from "../policy/packaging/metadata.ts";

const root = new URL("../", import.meta.url);
const metadata = parseMetadata(readFileSync(new URL("policy/metadata.yml", root), "utf8"));
const questions = readFileSync(new URL("policy/questions-ui.yml", root), "utf8");
writeFileSync(new URL(packagePath, root), renderArtifactHubPackage(metadata, questions));
console.log(`wrote ${packagePath}`);
