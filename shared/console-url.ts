/** Links into the AWS console. Pure. */

/** Where the operator sees an execution and redrives it. */
export function consoleUrl(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
