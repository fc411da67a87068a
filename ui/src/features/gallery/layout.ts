// Where each picture of the gallery stands: rows of squares under a heading for each day. Arithmetic
// only, so that a hundred thousand pictures cost as many numbers as they have days.

/** Pictures that follow each other, under one heading or (`null`) under none. */
export type Section = { day: string | null; images: number };

type SectionLayout = Section & {
  /** The position of its first picture among all. */
  first: number;
  top: number;
  /** How many rows, headings counted, stand above it. */
  rowsAbove: number;
  rows: number;
};

export type Layout = { columns: number; cell: number; gap: number; heading: number; height: number; rows: number; images: number; sections: SectionLayout[] };

/** A row of pictures, or a heading, to be drawn at `top`. `index` counts from 1, as screen readers do. */
export type Row = { index: number; top: number; day: string | null; first: number; images: number };

/** How wide a cell is at least, what lies between two, and how high a heading is. */
export type GridMeasures = { minCell: number; gap: number; heading: number };

export function computeLayout(sections: readonly Section[], width: number, { minCell, gap, heading }: GridMeasures): Layout {
  const columns = Math.max(2, Math.floor((width + gap) / (minCell + gap)));
  const cell = Math.max(1, (width - gap * (columns - 1)) / columns);
  const layouts: SectionLayout[] = [];
  let [first, top, rowsAbove] = [0, 0, 0];
  for (const section of sections) {
    const rows = Math.ceil(section.images / columns);
    layouts.push({ ...section, first, top, rowsAbove, rows });
    first += section.images;
    top += headingHeight(section, heading) + rows * (cell + gap);
    rowsAbove += rows + (section.day === null ? 0 : 1);
  }
  return { columns, cell, gap, heading, height: top, rows: rowsAbove, images: first, sections: layouts };
}

/** The rows that can be seen between two heights. */
export function rowsBetween(layout: Layout, from: number, to: number): Row[] {
  const { sections, columns, cell, gap, heading } = layout;
  const visibleRows: Row[] = [];
  for (let at = findSection(sections, ({ top }) => top <= from); at < sections.length; at++) {
    const section = sections[at]!;
    if (section.top > to) break;
    const { day, first, rowsAbove, rows, images } = section;
    const below = section.top + headingHeight(section, heading);
    if (day !== null && below > from) visibleRows.push({ index: rowsAbove + 1, top: section.top, day, first, images: 0 });
    const start = Math.max(0, Math.floor((from - below) / (cell + gap)));
    const end = Math.min(rows, Math.ceil((to - below) / (cell + gap)));
    for (let row = start; row < end; row++) {
      const skipped = row * columns;
      const index = rowsAbove + row + (day === null ? 1 : 2);
      visibleRows.push({ index, top: below + row * (cell + gap), day: null, first: first + skipped, images: Math.min(columns, images - skipped) });
    }
  }
  return visibleRows;
}

/** The same rows, as the objects that they were before: what is drawn already is not looked at again. */
export function reuseRows(rows: Row[], before: readonly Row[]): Row[] {
  const previous = new Map(before.map((row) => [row.index, row]));
  return rows.map((row) => {
    const old = previous.get(row.index);
    return old && old.top === row.top && old.day === row.day && old.first === row.first && old.images === row.images ? old : row;
  });
}

/** Where a picture stands. */
export function cellPosition(layout: Layout, image: number): { top: number; bottom: number; column: number } {
  const { section, row, column } = findRow(layout, image);
  const top = section.top + headingHeight(section, layout.heading) + row * (layout.cell + layout.gap);
  return { top, bottom: top + layout.cell, column };
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'first' | 'last';

/** The picture that a key leads to; the same one at an edge. */
export function neighbour(layout: Layout, image: number, direction: Direction): number {
  const last = layout.images - 1;
  const { section, row, column } = findRow(layout, image);
  switch (direction) {
    case 'left':
      return Math.max(0, image - 1);
    case 'right':
      return Math.min(last, image + 1);
    case 'start':
      return image - column;
    case 'end':
      return imageInRow(layout, section, row, layout.columns);
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'up': {
      if (row > 0) return image - layout.columns;
      const above = layout.sections[layout.sections.indexOf(section) - 1];
      return above ? imageInRow(layout, above, above.rows - 1, column) : image;
    }
    case 'down': {
      if (row < section.rows - 1) return imageInRow(layout, section, row + 1, column);
      const below = layout.sections[layout.sections.indexOf(section) + 1];
      return below ? imageInRow(layout, below, 0, column) : image;
    }
  }
}

/** The picture of a row in that column, or its last. */
function imageInRow({ columns }: Layout, { first, images }: SectionLayout, row: number, column: number): number {
  return first + Math.min(row * columns + Math.min(column, columns - 1), images - 1);
}

function findRow({ sections, columns }: Layout, image: number): { section: SectionLayout; row: number; column: number } {
  const section = sections[findSection(sections, ({ first }) => first <= image)]!;
  const offset = image - section.first;
  return { section, row: Math.floor(offset / columns), column: offset % columns };
}

/** The last section of which that still holds; the first where it holds of none. */
function findSection(sections: readonly SectionLayout[], test: (section: SectionLayout) => boolean): number {
  let [low, high] = [0, sections.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (test(sections[middle]!)) low = middle;
    else high = middle;
  }
  return low;
}

function headingHeight({ day }: Section, heading: number): number {
  return day === null ? 0 : heading;
}
