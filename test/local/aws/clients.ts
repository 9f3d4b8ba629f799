/** What every SDK client needs to talk to a local endpoint. */
export const local = (endpoint: string) => ({
  endpoint,
  region: 'ap-southeast-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});
