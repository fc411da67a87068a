// Where each picture of the gallery stands: rows of squares under a heading for each day. Arithmetic
// only, so that a hundred thousand pictures cost as many numbers as they have days.

/** Pictures that follow each other, under one heading or (`null`) under none. */
export type Section = { day: string | null; images: number };

type Placed = Section & {
  /** The position of its first picture among all. */
  first: number;
  top: number;
  /** How many rows, headings counted, stand above it. */
  rowsAbove: number;
  rows: number;
};

export type Layout = { columns: number; cell: number; gap: number; heading: number; height: number; rows: number; images: number; sections: Placed[] };

/** A row of pictures, or a heading, to be drawn at `top`. `index` counts from 1, as screen readers do. */
export type Row = { index: number; top: number; day: string | null; first: number; images: number };

/** How wide a cell is at least, what lies between two, and how high a heading is. */
export type Measures = { least: number; gap: number; heading: number };

export function layOut(sections: readonly Section[], width: number, { least, gap, heading }: Measures): Layout {
  const columns = Math.max(2, Math.floor((width + gap) / (least + gap)));
  const cell = Math.max(1, (width - gap * (columns - 1)) / columns);
  const placed: Placed[] = [];
  let [first, top, rowsAbove] = [0, 0, 0];
  for (const section of sections) {
    const rows = Math.ceil(section.images / columns);
    placed.push({ ...section, first, top, rowsAbove, rows });
    first += section.images;
    top += head(section, heading) + rows * (cell + gap);
    rowsAbove += rows + (section.day === null ? 0 : 1);
  }
  return { columns, cell, gap, heading, height: top, rows: rowsAbove, images: first, sections: placed };
}

/** The rows that can be seen between two heights. */
export function rowsBetween(layout: Layout, from: number, to: number): Row[] {
  const { sections, columns, cell, gap, heading } = layout;
  const seen: Row[] = [];
  for (let at = sectionAt(sections, ({ top }) => top <= from); at < sections.length; at++) {
    const section = sections[at]!;
    if (section.top > to) break;
    const { day, first, rowsAbove, rows, images } = section;
    const below = section.top + head(section, heading);
    if (day !== null && below > from) seen.push({ index: rowsAbove + 1, top: section.top, day, first, images: 0 });
    const start = Math.max(0, Math.floor((from - below) / (cell + gap)));
    const end = Math.min(rows, Math.ceil((to - below) / (cell + gap)));
    for (let row = start; row < end; row++) {
      const done = row * columns;
      const index = rowsAbove + row + (day === null ? 1 : 2);
      seen.push({ index, top: below + row * (cell + gap), day: null, first: first + done, images: Math.min(columns, images - done) });
    }
  }
  return seen;
}

/** The same rows, as the objects that they were before: what is drawn already is not looked at again. */
export function keeping(rows: Row[], before: readonly Row[]): Row[] {
  const known = new Map(before.map((row) => [row.index, row]));
  return rows.map((row) => {
    const old = known.get(row.index);
    return old && old.top === row.top && old.day === row.day && old.first === row.first && old.images === row.images ? old : row;
  });
}

/** Where a picture stands. */
export function placeOf(layout: Layout, image: number): { top: number; bottom: number; column: number } {
  const { section, row, column } = rowOf(layout, image);
  const top = section.top + head(section, layout.heading) + row * (layout.cell + layout.gap);
  return { top, bottom: top + layout.cell, column };
}

export type Way = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'first' | 'last';

/** The picture that a key leads to; the same one at an edge. */
export function towards(layout: Layout, image: number, way: Way): number {
  const last = layout.images - 1;
  const { section, row, column } = rowOf(layout, image);
  switch (way) {
    case 'left':
      return Math.max(0, image - 1);
    case 'right':
      return Math.min(last, image + 1);
    case 'start':
      return image - column;
    case 'end':
      return inRow(layout, section, row, layout.columns);
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'up': {
      if (row > 0) return image - layout.columns;
      const above = layout.sections[layout.sections.indexOf(section) - 1];
      return above ? inRow(layout, above, above.rows - 1, column) : image;
    }
    case 'down': {
      if (row < section.rows - 1) return inRow(layout, section, row + 1, column);
      const below = layout.sections[layout.sections.indexOf(section) + 1];
      return below ? inRow(layout, below, 0, column) : image;
    }
  }
}

/** The picture of a row in that column, or its last. */
function inRow({ columns }: Layout, { first, images }: Placed, row: number, column: number): number {
  return first + Math.min(row * columns + Math.min(column, columns - 1), images - 1);
}

function rowOf({ sections, columns }: Layout, image: number): { section: Placed; row: number; column: number } {
  const section = sections[sectionAt(sections, ({ first }) => first <= image)]!;
  const within = image - section.first;
  return { section, row: Math.floor(within / columns), column: within % columns };
}

/** The last section of which that still holds; the first where it holds of none. */
function sectionAt(sections: readonly Placed[], holds: (section: Placed) => boolean): number {
  let [low, high] = [0, sections.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(sections[middle]!)) low = middle;
    else high = middle;
  }
  return low;
}

function head({ day }: Section, heading: number): number {
  return day === null ? 0 : heading;
}
