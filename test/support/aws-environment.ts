/** Points the AWS SDK at a server, with dummy credentials. */
export function useAwsEndpoint(url: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'ap-southeast-2',
    AWS_ACCESS_KEY_ID: 'dummy-key-id',
    AWS_SECRET_ACCESS_KEY: 'dummy-secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}
