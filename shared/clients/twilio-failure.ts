/** Failed Twilio calls. Network errors carry the account's password in their request, and messages carry phone numbers: neither leaves this file. */
import * as z from 'zod';
import { TerminalError, type TerminalCode, TransientError } from '../errors';

/** https://www.twilio.com/docs/api/errors */
const meanings: { codes: readonly number[]; means: TerminalCode; because: string }[] = [
  {
    codes: [21615, 21631, 21649, 21650, 21651],
    means: 'RegulatoryBundleRequired',
    because: 'Twilio wants an approved regulatory bundle and address for this number',
  },
  {
    codes: [20003, 20005, 21404],
    means: 'VendorAccountProblem',
    because: 'the Twilio account is closed, on trial, or refuses our credentials',
  },
  { codes: [63038], means: 'VendorAccountProblem', because: "the Twilio account's daily message limit is reached" },
  {
    codes: [21211, 21408, 21606, 21610, 21614],
    means: 'TestSmsRefused',
    because: 'Twilio does not send an SMS from our test number to this number',
  },
];
/** Twilio does not text this recipient: the number is wrong or cannot be reached by SMS (21211, 21612, 21614), in a country that is off (21408), or has opted out (21610). */
const refusals = [21211, 21408, 21610, 21612, 21614];
/** Somebody else was faster, or it is no longer for sale. */
const taken = [21421, 21422];
const neverConnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** RestException and TwilioServiceException; a body that was no JSON leaves no code. */
const Answered = z.object({ status: z.int(), code: z.int().optional().catch(undefined) });
const NetworkFailure = z.object({ isAxiosError: z.literal(true), code: z.string() });

export function isTaken(thrown: unknown): boolean {
  const { data } = Answered.safeParse(thrown);
  return data?.code !== undefined && taken.includes(data.code);
}

/** Twilio's code if it refuses the recipient, however often it is asked. */
export function refusalOf(thrown: unknown): number | undefined {
  const code = Answered.safeParse(thrown).data?.code;
  return code !== undefined && refusals.includes(code) ? code : undefined;
}

export function isUnknown(thrown: unknown): boolean {
  return Answered.safeParse(thrown).data?.status === 404;
}

/** Our error for anything that the SDK threw. */
export function twilioError(thrown: unknown): TransientError | TerminalError {
  const network = NetworkFailure.safeParse(thrown).data;
  if (network) {
    const accepted = neverConnected.includes(network.code) ? 'no' : 'unknown';
    return new TransientError(`Twilio gave no answer (${network.code})`, { accepted });
  }
  const answered = Answered.safeParse(thrown).data;
  if (!answered) return new TransientError('Twilio gave an answer that cannot be read');
  const { status, code } = answered;
  if (status === 429 || code === 20429) return new TransientError('Twilio asks for a slower pace', { accepted: 'no' });
  if (status >= 500) return new TransientError(`Twilio answered ${status}`);
  const meaning = meanings.find(({ codes }) => code !== undefined && codes.includes(code));
  if (meaning) return new TerminalError(meaning.means, `${meaning.because} (error ${code})`);
  if (status === 401) return new TerminalError('VendorAccountProblem', 'Twilio refuses our credentials');
  return new TerminalError('VendorRequestRejected', `Twilio rejected the request (${status}, error ${code ?? 'unknown'})`);
}
