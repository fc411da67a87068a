import { expect, test } from 'vitest';
import { snippets } from './snippets';

const all = snippets('http://vitrine.test:4870', 'sk_secret');
const of = (name: string) => all.find((snippet) => snippet.name === name)?.text ?? '';

test('every snippet contains the address and the key', () => {
  expect(all).toHaveLength(6);
  for (const { name, text } of all) {
    expect(text, name).toContain('http://vitrine.test:4870/upload');
    expect(text, name).toContain('Bearer sk_secret');
  }
});

test('the ShareX file is a custom uploader that finds the link in the response', () => {
  expect(JSON.parse(of('sharex'))).toMatchObject({
    Name: 'Vitrine (vitrine.test:4870)',
    RequestURL: 'http://vitrine.test:4870/upload',
    FileFormName: 'file',
    URL: '{json:original}',
  });
});

test('the PicGo configuration is valid, including its nested headers', () => {
  const uploader = JSON.parse(of('obsidian')).picBed['web-uploader'];
  expect(JSON.parse(uploader.customHeader)).toEqual({ Authorization: 'Bearer sk_secret' });
});
