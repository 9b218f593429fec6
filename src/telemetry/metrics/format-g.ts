/** A number as C's `%g` prints it: 6 significant digits, halves to the even digit. */
export function formatG(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, power] = toSixDigits(value).split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) {
    return withoutZeros(Number(`${mantissa}e${exponent}`).toFixed(5 - exponent));
  }
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${withoutZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** As `toExponential(5)`, which rounds halves away from zero. */
function toSixDigits(value: number): string {
  const exact = /^(-?\d\.\d{4}[02468])50{14}(e.*)$/.exec(value.toExponential(20));
  return exact === null ? value.toExponential(5) : `${exact[1]}${exact[2]}`;
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
