import {
  Elements,
  Members,
  Writer,
  compareText,
  isArray,
  isBlank,
  isObject,
  isText,
  isUnset,
  member,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";
import { keepText, openRegion } from "@kubewarden/as-sdk/assembly/memory";
import { parseText } from "../document/parse-text";
import { isRecordedTime } from "./recorded-time";

const NO_NAMES: Array<usize> = [];

/** What a Pod remembers of one SidecarSet that it was injected from. Addresses of JSON values; 0 means absent. */
export class InjectionRecord {
  /** 0 is written as null: the time is not known. */
  updateTimestamp: usize = 0;
  hash: usize = 0;
  sidecarSetName: usize = 0;
  /** Names in order; written as null when `hasList` is false, as in records of the oldest form. */
  sidecarList: Array<usize> = NO_NAMES;
  hasList: bool = false;
  /** Left out when 0 or empty. */
  controllerRevision: usize = 0;

  constructor(
    /** JSON string: the key of the record, the SidecarSet's name. */
    public readonly key: usize,
  ) {}

  /** Whether both say the same, the time aside. */
  agreesWith(other: InjectionRecord): bool {
    if (!sameOrAbsent(this.hash, other.hash)) return false;
    if (!sameOrAbsent(this.sidecarSetName, other.sidecarSetName)) return false;
    if (!sameOrAbsent(this.controllerRevision, other.controllerRevision)) return false;
    if (this.hasList != other.hasList || this.sidecarList.length != other.sidecarList.length) return false;
    for (let i = 0; i < this.sidecarList.length; i++) {
      if (!sameText(this.sidecarList[i], other.sidecarList[i])) return false;
    }
    return true;
  }
}

/** The records of one annotation, sorted by key. */
export class InjectionRecords {
  readonly records: Array<InjectionRecord> = [];

  /** Puts a record in its place. One that says the same already stays, with the time it carries. */
  put(record: InjectionRecord): void {
    const records = this.records;
    let at = 0;
    let end = records.length;
    while (at < end) {
      const middle = (at + end) >> 1;
      if (compareText(records[middle].key, record.key) < 0) at = middle + 1;
      else end = middle;
    }
    if (at == records.length || !sameText(records[at].key, record.key)) {
      records.push(record);
      records.copyWithin(at + 1, at, records.length - 1);
      records[at] = record;
    } else if (!records[at].agreesWith(record)) records[at] = record;
  }

  /** The annotation's value as a JSON string, readable at the address given back. */
  toJsonText(): usize {
    const region = openRegion();
    const inner = new Writer(512);
    inner.ascii("{");
    for (let i = 0; i < this.records.length; i++) {
      inner.separate();
      writeRecord(inner, this.records[i]);
    }
    inner.ascii("}");
    const text = new Writer(inner.length + (inner.length >> 1) + 32);
    text.quote(inner.start, inner.end);
    return keepText(region, text);
  }
}

/**
 * Reads the records out of an annotation's value, a JSON string, or 0 for none.
 *
 * Both forms are understood: records by SidecarSet name, and the oldest one, hashes by SidecarSet name.
 * null when the annotation is neither: whoever wrote that must be told, for the Pod's history would be lost.
 */
export function readRecords(value: usize): InjectionRecords | null {
  const found = new InjectionRecords();
  if (isBlank(value)) return found;
  const root = parseText(value);
  if (root == 0) return null;
  if (isUnset(root)) return found;
  if (!isObject(root)) return null;
  const members = new Members(root);
  while (members.next()) {
    const record = readRecord(members.key, members.value);
    if (record == null) return readHashes(root);
    found.put(record);
  }
  return found;
}

function readHashes(root: usize): InjectionRecords | null {
  const found = new InjectionRecords();
  const members = new Members(root);
  while (members.next()) {
    if (!isText(members.value) && !isUnset(members.value)) return null;
    const record = new InjectionRecord(members.key);
    record.hash = members.value;
    record.sidecarSetName = members.key;
    found.put(record);
  }
  return found;
}

function readRecord(key: usize, value: usize): InjectionRecord | null {
  const record = new InjectionRecord(key);
  if (isUnset(value)) return record;
  if (!isObject(value)) return null;
  const time = member(value, "updateTimestamp");
  if (!isUnset(time)) {
    if (!isRecordedTime(time)) return null;
    record.updateTimestamp = time;
  }
  record.hash = member(value, "hash");
  record.sidecarSetName = member(value, "sidecarSetName");
  record.controllerRevision = member(value, "controllerRevision");
  if (!isTextOrUnset(record.hash)) return null;
  if (!isTextOrUnset(record.sidecarSetName)) return null;
  if (!isTextOrUnset(record.controllerRevision)) return null;
  const list = member(value, "sidecarList");
  if (isUnset(list)) return record;
  if (!isArray(list)) return null;
  record.hasList = true;
  record.sidecarList = [];
  const names = new Elements(list);
  while (names.next()) {
    if (!isText(names.value)) return null;
    record.sidecarList.push(names.value);
  }
  return record;
}

function isTextOrUnset(value: usize): bool {
  return isText(value) || isUnset(value);
}

function sameOrAbsent(left: usize, right: usize): bool {
  if (isBlank(left) || isBlank(right)) return isBlank(left) && isBlank(right);
  return sameText(left, right);
}

function writeRecord(writer: Writer, record: InjectionRecord): void {
  writer.copy(record.key);
  writer.ascii(':{"updateTimestamp":');
  if (record.updateTimestamp == 0) writer.ascii("null");
  else writer.copy(record.updateTimestamp);
  writer.ascii(',"hash":');
  writeText(writer, record.hash);
  writer.ascii(',"sidecarSetName":');
  writeText(writer, record.sidecarSetName);
  writer.ascii(',"sidecarList":');
  if (record.hasList) {
    writer.ascii("[");
    for (let i = 0; i < record.sidecarList.length; i++) {
      writer.separate();
      writer.copy(record.sidecarList[i]);
    }
    writer.ascii("]");
  } else writer.ascii("null");
  if (!isBlank(record.controllerRevision)) {
    writer.ascii(',"controllerRevision":');
    writer.copy(record.controllerRevision);
  }
  writer.ascii("}");
}

function writeText(writer: Writer, text: usize): void {
  if (isText(text)) writer.copy(text);
  else writer.ascii('""');
}
