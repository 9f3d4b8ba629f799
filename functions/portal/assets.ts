/** Style sheet and icon. The page's link carries the style sheet's hash, so a browser keeps it for good and never shows an old one. */
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { stylesheet as common } from './stylesheet';
import { businessStyles } from './stylesheet-business';

const stylesheet = common + businessStyles;

const version = createHash('sha256').update(stylesheet).digest('hex').slice(0, 10);

/** Where the pages find the style sheet. */
export const stylesheetPath = `/assets/portal.css?v=${version}`;
export const iconPath = '/assets/icon.svg';

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#175cd3"/><path d="M9 9h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-7l-5 4.5V22H9a3 3 0 0 1-3-3v-7a3 3 0 0 1 3-3z" fill="#fff"/><path d="m11.5 15.6 3 3 6-6" fill="none" stroke="#175cd3" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

const keep = (seconds: number) => ({ 'cache-control': `public, max-age=${seconds}` });

export const assets = new Hono()
  .get('/portal.css', (c) => c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8', ...keep(31_536_000) }))
  .get('/icon.svg', (c) => c.body(icon, 200, { 'content-type': 'image/svg+xml', ...keep(86_400) }));
