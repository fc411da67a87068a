// Splits a long name for shortening it in the middle.

const TAIL = 9;
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The part that may be shortened and the part that stays; never splits a grapheme or an emoji. */
export function splitForEllipsis(name: string): [head: string, tail: string] {
  const all = Array.from(letters.segment(name), (part) => part.segment);
  if (all.length <= TAIL * 2) return [name, ''];
  return [all.slice(0, -TAIL).join(''), all.slice(-TAIL).join('')];
}
