import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { smallerPng } from '../../local/smaller-png';

const WIDTH = 3;
const stride = WIDTH * 3 + 1;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** Lines of RGB pixels as they are and filtered, filter n in line n. https://www.w3.org/TR/png-3/#9Filters */
function picture() {
  const pixels = Array.from({ length: 5 }, (_, y) => Array.from({ length: WIDTH * 3 }, (_, x) => (x * 37 + y * 91 + x * y * 13) % 256));
  const filtered = pixels.map((line, y) => [
    y,
    ...line.map((value, x) => {
      const [left, above, corner] = [line[x - 3] ?? 0, pixels[y - 1]?.[x] ?? 0, x < 3 ? 0 : (pixels[y - 1]?.[x - 3] ?? 0)];
      const nearest =
        [left, above, corner].toSorted((a, b) => Math.abs(left + above - corner - a) - Math.abs(left + above - corner - b))[0] ?? 0;
      const guess = [0, left, above, (left + above) >> 1, nearest][y] ?? 0;
      return (value - guess + 256) % 256;
    }),
  ]);
  return { pixels, filtered };
}

test('keeps every pixel of every filter', () => {
  const { pixels, filtered } = picture();
  const header = Buffer.from([0, 0, 0, WIDTH, 0, 0, 0, 5, 8, 2, 0, 0, 0]);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const png = Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('x')),
    chunk('IDAT', deflateSync(Buffer.from(filtered.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  const smaller = smallerPng(png);
  const start = signature.length + 12 + header.length;
  const length = smaller.readUInt32BE(start);
  const lines = inflateSync(smaller.subarray(start + 8, start + 8 + length));
  expect(pixels.map((_, y) => [...lines.subarray(y * stride, (y + 1) * stride)])).toEqual(pixels.map((line) => [0, ...line]));
  expect(smaller.includes('tEXt')).toBe(false);
});
