import { Writer } from "../json";

/** The answer to `validate_settings`. Invalid settings keep the whole PolicyServer from starting. */
export class SettingsResponse {
  constructor(
    public valid: bool,
    /** Why the settings are invalid; "" writes none. */
    public message: string,
  ) {}

  /** Writes the answer as JSON. */
  writeTo(out: Writer): void {
    out.ascii('{"valid":');
    out.boolean(this.valid);
    if (this.message.length > 0) {
      out.name("message");
      out.text(this.message);
    }
    out.byte(0x7d);
  }
}

/** The settings can be worked with. */
export function acceptSettings(): SettingsResponse {
  return new SettingsResponse(true, "");
}

/** The settings cannot be worked with, and what is wrong with them. */
export function rejectSettings(message: string): SettingsResponse {
  return new SettingsResponse(false, message);
}
