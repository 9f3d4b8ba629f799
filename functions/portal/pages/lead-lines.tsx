import { displayPhone } from '../../../shared/phone';
import { pathOf } from '../paths';
import { dayAndTime, zoneOf } from '../local-time';
import type { Frame } from '../member/frame';
import type { Lead, LeadLine } from '../member/leads';

/** How a lead is called. */
export const nameOf = (lead: Pick<Lead, 'name' | 'phone'>): string => lead.name ?? displayPhone(lead.phone);

/** Leads, one to a line: who, when, the newest text. */
export function LeadLines({ leads, business }: { leads: LeadLine[]; business: Frame['business'] }) {
  return (
    <ul class="lines">
      {leads.map((lead) => (
        <li>
          <p class="head">
            <a href={pathOf(business.id, `/leads/${lead.id}`)}>{nameOf(lead)}</a> <LeadTags lead={lead} />
            {lead.lastMessageAt && <time datetime={lead.lastMessageAt}>{dayAndTime(lead.lastMessageAt, zoneOf(business))}</time>}
          </p>
          {lead.lastMessage && (
            <p class="preview">
              {lead.lastMessage.direction === 'outbound' && <span class="hint">You: </span>}
              {lead.lastMessage.text}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

export function LeadTags({ lead }: { lead: Lead }) {
  const tags = [
    lead.isTest && 'our test',
    lead.isDemo && 'demo',
    lead.isTrial && 'your try-out',
    lead.optedOut && 'opted out',
    lead.takenOverAt && 'answered by hand',
    lead.outcome,
  ].filter((tag) => typeof tag === 'string');
  return tags.map((tag) => [<span class="tag">{tag}</span>, ' ']);
}
