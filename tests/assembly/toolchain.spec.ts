import { serve } from "@kubewarden/as-sdk/assembly";

describe("toolchain", () => {
  it("compiles", () => {
    expect(serve != null).toBe(true);
  });
});
