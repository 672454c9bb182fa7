/** Limbs hold nine decimal digits, so that the nano part of a quantity is exactly the first limb. */
export const LIMB_BASE: u32 = 1_000_000_000;
const LIMB_DIGITS = 9;

/**
 * A natural number of any size: limbs in base 10^9, least significant first, without leading zero limbs (zero has none).
 * Values are never changed in place.
 */
export class Natural {
  constructor(readonly limbs: Array<u32>) {}

  isZero(): bool {
    return this.limbs.length == 0;
  }

  /** The decimal digits without leading zeros; `"0"` for zero. */
  digits(): string {
    const limbs = this.limbs;
    if (limbs.length == 0) return "0";
    const parts = new Array<string>(limbs.length);
    for (let i = 0; i < limbs.length; i++) {
      const limb = limbs[limbs.length - 1 - i];
      // A one in front of the limb's digits keeps its zeros, and goes.
      parts[i] = i == 0 ? limb.toString() : (LIMB_BASE + limb).toString().slice(1);
    }
    return parts.join("");
  }
}

/** Reads ASCII decimal digits; anything else in the text is a caller's mistake. An empty text is zero. */
export function naturalOf(digits: string): Natural {
  const limbs = new Array<u32>();
  for (let end = digits.length; end > 0; end -= LIMB_DIGITS) {
    let limb: u32 = 0;
    for (let i = max(0, end - LIMB_DIGITS); i < end; i++) limb = limb * 10 + (digits.charCodeAt(i) - 0x30);
    limbs.push(limb);
  }
  return trimmed(limbs);
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareNaturals(a: Natural, b: Natural): i32 {
  if (a.limbs.length != b.limbs.length) return a.limbs.length - b.limbs.length;
  for (let i = a.limbs.length - 1; i >= 0; i--) {
    if (a.limbs[i] != b.limbs[i]) return a.limbs[i] < b.limbs[i] ? -1 : 1;
  }
  return 0;
}

export function addNaturals(a: Natural, b: Natural): Natural {
  const length = max(a.limbs.length, b.limbs.length);
  const limbs = new Array<u32>();
  let carry: u32 = 0;
  for (let i = 0; i < length; i++) {
    const sum = limbAt(a, i) + limbAt(b, i) + carry;
    carry = sum >= LIMB_BASE ? 1 : 0;
    limbs.push(sum - carry * LIMB_BASE);
  }
  if (carry > 0) limbs.push(carry);
  return new Natural(limbs);
}

/** `a - b`, for `a >= b`. */
export function subtractNaturals(a: Natural, b: Natural): Natural {
  const limbs = new Array<u32>();
  let borrow: u32 = 0;
  for (let i = 0; i < a.limbs.length; i++) {
    const taken = limbAt(b, i) + borrow;
    borrow = a.limbs[i] < taken ? 1 : 0;
    limbs.push(a.limbs[i] + borrow * LIMB_BASE - taken);
  }
  return trimmed(limbs);
}

export function multiplyNatural(a: Natural, factor: u32): Natural {
  const limbs = new Array<u32>();
  let carry: u64 = 0;
  for (let i = 0; i < a.limbs.length; i++) {
    const product = <u64>a.limbs[i] * factor + carry;
    limbs.push(<u32>(product % LIMB_BASE));
    carry = product / LIMB_BASE;
  }
  for (; carry > 0; carry /= LIMB_BASE) limbs.push(<u32>(carry % LIMB_BASE));
  return trimmed(limbs);
}

/** Quotient and remainder of a division by a small number. */
export class Division {
  constructor(
    readonly quotient: Natural,
    readonly remainder: u32,
  ) {}
}

export function divideNatural(a: Natural, divisor: u32): Division {
  const limbs = new Array<u32>(a.limbs.length);
  let remainder: u64 = 0;
  for (let i = a.limbs.length - 1; i >= 0; i--) {
    const part = remainder * LIMB_BASE + a.limbs[i];
    limbs[i] = <u32>(part / divisor);
    remainder = part % divisor;
  }
  return new Division(trimmed(limbs), <u32>remainder);
}

function limbAt(natural: Natural, index: i32): u32 {
  return index < natural.limbs.length ? natural.limbs[index] : 0;
}

function trimmed(limbs: Array<u32>): Natural {
  let length = limbs.length;
  while (length > 0 && limbs[length - 1] == 0) length--;
  limbs.length = length;
  return new Natural(limbs);
}
