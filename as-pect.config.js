export default {
  entries: ["tests/assembly/**/*.spec.ts", "as-sdk/tests/assembly/**/*.spec.ts"],
  include: [],
  disclude: [/node_modules/],
  outputBinary: false,
  async instantiate(memory, createImports, instantiate, binary) {
    let instance;
    const text = (start, length) => Buffer.from(instance.exports.memory.buffer, start, length).toString();
    const wapc = {
      __guest_request() {},
      __guest_response() {},
      __guest_error() {},
      __host_call: () => 0,
      __host_response_len: () => 0,
      __host_response() {},
      __host_error_len: () => 0,
      __host_error() {},
      __console_log: (start, length) => console.log(text(start, length)),
    };
    instance = await instantiate(binary, createImports({ env: { memory }, wapc }));
    return instance;
  },
};
