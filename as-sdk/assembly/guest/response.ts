import { Splice, Writer } from "../json";
import { Entry, writeEntries, writeTexts } from "./entry";

const MOST_WARNINGS = 100;

/** The answer to `validate`. Nothing is written before the policy has returned it, so it may be amended until then. */
export class ValidationResponse {
  accepted: bool = true;
  /** Shown to the user when the request is rejected; "" writes none. */
  message: string = "";
  /** HTTP code of a rejection; 0 writes none. */
  code: u16 = 0;
  auditAnnotations: Array<Entry> = [];
  /** Shown to the user whatever the verdict; Kubernetes asks for at most 120 characters each. */
  warnings: Array<string> = [];
  /** Edits of the request's object. Written straight into the answer; none when they are empty. */
  edits: Splice | null = null;
  /** The complete new object as JSON, where the policy wrote it itself; `edits` has precedence. */
  document: Writer | null = null;

  /** Whether another warning would be kept: they need not be made otherwise. */
  get takesWarnings(): bool {
    return this.warnings.length < MOST_WARNINGS;
  }

  /** Adds a warning. Kubernetes passes on 4096 characters of them in all, so after the hundredth they are dropped. */
  warn(text: string): void {
    if (this.takesWarnings) this.warnings.push(text);
  }

  /** Adds an audit annotation. */
  annotate(name: string, value: string): void {
    this.auditAnnotations.push(new Entry(name, value));
  }

  /** Writes the answer as JSON. */
  writeTo(out: Writer): void {
    out.ascii('{"accepted":');
    out.boolean(this.accepted);
    if (this.message.length > 0) {
      out.name("message");
      out.text(this.message);
    }
    if (this.code != 0) {
      out.name("code");
      out.integer(this.code);
    }
    this.writeObject(out);
    if (this.auditAnnotations.length > 0) {
      out.name("audit_annotations");
      writeEntries(out, this.auditAnnotations);
    }
    if (this.warnings.length > 0) {
      out.name("warnings");
      writeTexts(out, this.warnings);
    }
    out.byte(0x7d);
  }

  private writeObject(out: Writer): void {
    const edits = this.edits;
    const document = this.document;
    if (edits) {
      if (edits.isEmpty) return;
      out.name("mutated_object");
      edits.writeTo(out);
    } else if (document) {
      out.name("mutated_object");
      out.raw(document.start, document.end);
    }
  }
}

/** Accepts the request as it is. */
export function acceptRequest(): ValidationResponse {
  return new ValidationResponse();
}

/** Accepts the request with an edited object: `Splice.of(request.object)` and edits. Empty edits accept it as it is. */
export function mutateRequest(edits: Splice): ValidationResponse {
  const response = new ValidationResponse();
  response.edits = edits;
  return response;
}

/** Accepts the request with another object: the complete object, not a patch. What it leaves out will be removed. */
export function replaceObject(document: Writer): ValidationResponse {
  const response = new ValidationResponse();
  response.document = document;
  return response;
}

/** Rejects the request. Code 0 leaves the code to the API server, which answers 400. */
export function rejectRequest(
  message: string,
  code: u16 = 0,
  auditAnnotations: Array<Entry> | null = null,
  warnings: Array<string> | null = null,
): ValidationResponse {
  const response = new ValidationResponse();
  response.accepted = false;
  response.message = message;
  response.code = code;
  if (auditAnnotations) response.auditAnnotations = auditAnnotations;
  if (warnings) response.warnings = warnings;
  return response;
}
