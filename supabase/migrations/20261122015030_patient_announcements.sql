-- A deposit whose execution fails before it has a run is announced again by the sweep, and each announcement starts an execution and, should that
-- fail too, an alert. The first repetition comes soon, for the event may have been lost; the next ones at twice the distance, at most a day:
-- some eight alerts on the first day and one on the others, instead of one every half hour.
alter table public.screened_invoices add column announcements integer not null default 0 check (announcements >= 0);

create function private.announcement_grace(p_announcements integer) returns interval language sql immutable set search_path = '' as $$
  -- 8 doublings of 10 minutes are more than a day.
  select least(private.announcement_grace() * power(2, least(greatest(p_announcements - 1, 0), 8)), interval '1 day')
$$;
revoke execute on function private.announcement_grace(integer) from public;
grant execute on function private.announcement_grace(integer) to service_role;

-- As before, but for the grace.
create or replace function private.screening_need(p_known public.screened_invoices, p_updated_utc timestamptz, p_now timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  if p_known.verdict = 'dismissed' then return 'done'; end if;
  if exists (select from public.provisioning_runs r where r.invoice_id = p_known.invoice_id) then return 'done'; end if;
  if p_known.verdict = 'deposit' then
    if p_known.announced_at > p_now - private.announcement_grace(p_known.announcements) then return 'done'; end if;
    -- Without an address the run could not begin: look whether Xero has one by now.
    if p_known.contact_email is null then return 'fetch'; end if;
    return 'announce';
  end if;
  if p_known.verdict is null or p_updated_utc > p_known.updated_utc then return 'fetch'; end if;
  return 'done';
end $$;

create or replace function public.announced_deposit(p_invoice_id uuid, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.screened_invoices set announced_at = p_now, lease_until = null, announcements = announcements + 1 where invoice_id = p_invoice_id;
$$;

-- As before, and the operator's word begins anew.
alter function public.decide_screening(uuid, text, text, timestamptz) set schema private;
create function public.decide_screening(p_invoice_id uuid, p_decision text, p_by text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.decide_screening(p_invoice_id, p_decision, p_by, p_now);
  update public.screened_invoices set announcements = 0 where invoice_id = p_invoice_id and announced_at is null;
end $$;
call private.service_only('public.decide_screening');
