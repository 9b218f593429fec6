/** A header field; both in the characters of ISO 8859-1, so that no byte is lost. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

const common = [
  ':authority',
  ':method GET',
  ':method POST',
  ':path /',
  ':path /index.html',
  ':scheme http',
  ':scheme https',
  ':status 200',
  ':status 204',
  ':status 206',
  ':status 304',
  ':status 400',
  ':status 404',
  ':status 500',
  'accept-charset',
  'accept-encoding gzip, deflate',
];

const names =
  'accept-language accept-ranges accept access-control-allow-origin age allow authorization ' +
  'cache-control content-disposition content-encoding content-language content-length ' +
  'content-location content-range content-type cookie date etag expect expires from host if-match ' +
  'if-modified-since if-none-match if-range if-unmodified-since last-modified link location ' +
  'max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after server ' +
  'set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate';

/** The fields that both sides know from the start (RFC 7541, Appendix A); index 1 is at 0. */
export const staticTable: readonly HeaderField[] = [...common, ...names.split(' ')].map((entry) => {
  const space = entry.indexOf(' ');
  return space < 0
    ? { name: entry, value: '' }
    : { name: entry.slice(0, space), value: entry.slice(space + 1) };
});

/** The first index of each name. */
export const staticNames: ReadonlyMap<string, number> = new Map(
  staticTable.map(({ name }, at) => [name, at + 1] as const).reverse(),
);
