import type { KubeObject } from "../store/object.ts";
import { type FieldError, invalidValue, required } from "../schema/field-error.ts";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const dnsLabel = new RegExp(`^${label}$`);
const dnsSubdomain = new RegExp(`^${label}(\\.${label})*$`);
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

export const dnsLabelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
  "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const dnsSubdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation " +
  "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Whether text is an RFC 1123 label. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && dnsLabel.test(text);
}

/** What is wrong with the metadata of an object of any kind. RBAC-like names with colons are let through. */
export function validateMetadata(object: KubeObject, kind: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name, labels, annotations } = object.metadata;
  if (name === "") errors.push(required("metadata.name", "name or generateName is required"));
  else if (kind === "Namespace" ? !isDnsLabel(name) : name.length > 253 || !dnsSubdomain.test(name)) {
    const rule = kind === "Namespace" ? dnsLabelRule : dnsSubdomainRule;
    if (!name.includes(":")) errors.push(invalidValue("metadata.name", name, rule));
  }
  for (const value of Object.values(labels ?? {})) {
    if (typeof value !== "string" || value.length > 63 || !labelValue.test(value)) {
      errors.push(invalidValue("metadata.labels", value, labelValueRule));
    }
  }
  const size = Object.entries(annotations ?? {}).reduce(
    (sum, [key, value]) => sum + key.length + value.length,
    0,
  );
  if (size > 256 * 1024) {
    errors.push(invalidValue("metadata.annotations", size, "annotations size limit is 262144 bytes"));
  }
  return errors;
}
