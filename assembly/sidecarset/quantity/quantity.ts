import {
  addNaturals,
  compareNaturals,
  divideNatural,
  LIMB_BASE,
  multiplyNatural,
  Natural,
  subtractNaturals,
} from "./natural";

/** How a quantity likes to be written. A quantity keeps the family of suffixes that it was given in. */
export enum Format {
  /** Powers of 1000: `n u m k M G T P E`. */
  DecimalSI,
  /** Powers of 1024: `Ki Mi Gi Ti Pi Ei`. */
  BinarySI,
  /** `e3`, `e-6`. */
  DecimalExponent,
}

const LARGEST = <u64>i64.MAX_VALUE;
const NANO_PER_MILLI: u32 = 1_000_000;

/** A Kubernetes resource quantity: an exact number of nano units with a preferred notation. */
export class Quantity {
  /** `negative` is false for zero. */
  constructor(
    readonly negative: bool,
    readonly nano: Natural,
    readonly format: Format,
  ) {}

  isZero(): bool {
    return this.nano.isZero();
  }

  isWholeMilli(): bool {
    return divideNatural(this.nano, NANO_PER_MILLI).remainder == 0;
  }

  /** Rounded away from zero to a multiple of a thousandth; what Kubernetes stores at most. */
  roundedToMilli(): Quantity {
    return new Quantity(this.negative, multiplyNatural(milliOf(this.nano), NANO_PER_MILLI), this.format);
  }

  /** The thousandths, rounded away from zero, as the nearest double with sign; infinite beyond 64 bits. */
  milliFloat(): f64 {
    const magnitude = integerOf(milliOf(this.nano));
    if (magnitude < 0) return this.negative ? -Infinity : Infinity;
    return this.negative ? -(<f64>magnitude) : <f64>magnitude;
  }
}

export function zero(): Quantity {
  return new Quantity(false, new Natural(new Array<u32>()), Format.DecimalSI);
}

/** Negative, zero or positive; notation does not count. */
export function compareQuantities(a: Quantity, b: Quantity): i32 {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const order = compareNaturals(a.nano, b.nano);
  return a.negative ? -order : order;
}

export function negate(a: Quantity): Quantity {
  return new Quantity(!a.negative && !a.isZero(), a.nano, a.format);
}

/** The exact sum, in the notation of `a` unless `a` is zero: then in that of `b`. */
export function add(a: Quantity, b: Quantity): Quantity {
  const format = a.isZero() ? b.format : a.format;
  if (a.negative == b.negative) return new Quantity(a.negative, addNaturals(a.nano, b.nano), format);
  const order = compareNaturals(a.nano, b.nano);
  if (order == 0) return new Quantity(false, new Natural(new Array<u32>()), format);
  if (order > 0) return new Quantity(a.negative, subtractNaturals(a.nano, b.nano), format);
  return new Quantity(b.negative, subtractNaturals(b.nano, a.nano), format);
}

/** The number as a 64-bit integer, -1 when it does not fit. */
function integerOf(natural: Natural): i64 {
  let value: u64 = 0;
  for (let i = natural.limbs.length - 1; i >= 0; i--) {
    if (value > LARGEST / LIMB_BASE) return -1;
    value = value * LIMB_BASE + natural.limbs[i];
  }
  return value > LARGEST ? -1 : <i64>value;
}

function milliOf(nano: Natural): Natural {
  const division = divideNatural(nano, NANO_PER_MILLI);
  if (division.remainder == 0) return division.quotient;
  return addNaturals(division.quotient, new Natural([1]));
}
