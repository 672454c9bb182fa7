// The waPC imports, one declaration each, as the host spells them. The file's name is the import module's name.

export declare function __guest_request(operation: usize, payload: usize): void;
export declare function __guest_response(data: usize, length: usize): void;
export declare function __guest_error(data: usize, length: usize): void;
export declare function __host_call(
  binding: usize,
  bindingLength: usize,
  namespace: usize,
  namespaceLength: usize,
  operation: usize,
  operationLength: usize,
  payload: usize,
  payloadLength: usize,
): i32;
export declare function __host_response_len(): usize;
export declare function __host_response(data: usize): void;
export declare function __host_error_len(): usize;
export declare function __host_error(data: usize): void;
export declare function __console_log(data: usize, length: usize): void;
