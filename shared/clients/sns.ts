/** The operator's topic on Amazon SNS. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notices } from '../ports/aws';
import { awsError, awsOptions } from './aws';

/** SNS wants less than 100 characters and no line breaks; older clients show plain ASCII only. */
function subjectLine(subject: string): string {
  const ascii = subject
    .normalize('NFKD')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[^\x20-\x7E]/g, '');
  return (ascii.trim() || 'CoreSentia').slice(0, 99);
}

export function snsNotices({ topicArn }: { topicArn: string }): Notices {
  const client = new SNSClient(awsOptions());
  return {
    async publish({ subject, body }) {
      try {
        await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subjectLine(subject), Message: body }));
      } catch (thrown) {
        throw awsError('SNS', thrown);
      }
    },
  };
}
