import { findBinaries } from "./binaries.ts";

const found = await findBinaries({
  build: true,
  report: (build) =>
    console.log(
      `built ${build.program}: ${build.seconds.toFixed(0)} s, ${(build.bytes / 1e6).toFixed(1)} MB`,
    ),
});
if (found.kind === "absent") {
  console.log(`skipped, because ${found.reason}`);
} else {
  console.log(`control plane from ${found.source}`);
}
