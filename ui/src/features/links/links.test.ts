import { expect, test } from 'vitest';
import { imageOf } from '../../host/fake-server';
import { imageSizes, formatLinks, formatHtml } from './links';

const kitten = imageOf('kitten', { name: 'a [small] "kitten".jpg' });
const two = [kitten, imageOf('dog')];

test('several images are written one per line, in order', () => {
  expect(formatLinks(two, 'url')).toBe('http://vitrine.test/kitten\nhttp://vitrine.test/dog');
  expect(formatLinks(two, 'bbcode', 200)).toBe('[img]http://vitrine.test/kitten/200[/img]\n[img]http://vitrine.test/dog/200[/img]');
});

test('special characters in a name are escaped in every format', () => {
  expect(formatLinks([kitten], 'markdown')).toBe('![a \\[small\\] "kitten"](http://vitrine.test/kitten)');
  expect(formatLinks([kitten], 'html')).toBe('<img src="http://vitrine.test/kitten" alt="a [small] &quot;kitten&quot;">');
});

test('the description or title is the alternative text', () => {
  expect(formatLinks([imageOf('x', { title: 'Title' })], 'markdown')).toContain('![Title]');
  expect(formatHtml([imageOf('x', { title: 'Title', description: 'A red\nboat' })])).toContain('alt="A red boat"');
});

test('a size that an image does not have gives the image itself', () => {
  expect(formatLinks([kitten], 'url', 1600)).toBe('http://vitrine.test/kitten');
});

test('a responsive image lists its sizes in srcset', () => {
  expect(formatLinks([imageOf('x')], 'srcset')).toBe(
    '<img src="http://vitrine.test/x" srcset="http://vitrine.test/x/200 200w, http://vitrine.test/x/400 400w, http://vitrine.test/x 600w" sizes="(max-width: 600px) 100vw, 600px" alt="x">',
  );
});

test('sizes are listed with their heights', () => {
  expect(imageSizes(imageOf('x')).map(({ width, height }) => [width, height])).toEqual([
    [200, 133],
    [400, 267],
  ]);
});
