-- What the hourly audits find. Subjects and details carry no personal data: SIDs, ids, invoice numbers, templates and times.

create table public.audit_findings (
  id uuid primary key default gen_random_uuid(),
  audit text not null check (audit in ('numbers', 'runs', 'mails', 'webhooks', 'deposits')),
  kind text not null check (kind ~ '^[a-z]+(-[a-z]+)+$'),
  -- What it is about: one open finding per kind and subject.
  subject text not null check (length(subject) between 1 and 100),
  detail text not null check (length(detail) between 1 and 500),
  run_id uuid references public.provisioning_runs (id),
  -- Of the newest occurrence.
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  occurrences integer not null default 1 check (occurrences > 0),
  announced_at timestamptz,
  resolved_at timestamptz,
  unique (kind, subject)
);
create index audit_findings_open_idx on public.audit_findings (audit) where resolved_at is null;

-- When each audit last came to its end.
create table public.audit_rounds (
  audit text primary key,
  ended_at timestamptz not null
);

do $$
declare table_name text;
begin
  foreach table_name in array array['audit_findings', 'audit_rounds'] loop
    execute format('alter table public.%I enable row level security', table_name);
    execute format('revoke all on public.%I from public, anon, authenticated', table_name);
    execute format('grant all on public.%I to service_role', table_name);
  end loop;
end $$;

-- All that an audit found this time: what is new or has come back is open and not announced, what is no longer there is resolved.
create function public.record_findings(p_audit text, p_findings jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- A later round that was overtaken must not write older news.
  insert into public.audit_rounds as r (audit, ended_at) values (p_audit, p_now)
  on conflict (audit) do update set ended_at = excluded.ended_at where r.ended_at <= excluded.ended_at;
  if not found then return; end if;
  insert into public.audit_findings as f (audit, kind, subject, detail, run_id, first_seen_at, last_seen_at)
  select distinct on (g ->> 'kind', g ->> 'subject') p_audit, g ->> 'kind', g ->> 'subject', g ->> 'detail',
         (select r.id from public.provisioning_runs r where r.id::text = g ->> 'runId'), p_now, p_now
    from jsonb_array_elements(p_findings) g
  on conflict (kind, subject) do update
     set detail = excluded.detail, run_id = excluded.run_id, last_seen_at = p_now, resolved_at = null,
         first_seen_at = case when f.resolved_at is null then f.first_seen_at else p_now end,
         occurrences = f.occurrences + case when f.resolved_at is null then 0 else 1 end,
         announced_at = case when f.resolved_at is null then f.announced_at end;
  update public.audit_findings f set resolved_at = p_now
   where f.audit = p_audit and f.resolved_at is null
     and not exists (select from jsonb_array_elements(p_findings) g where g ->> 'kind' = f.kind and g ->> 'subject' = f.subject);
end $$;
call private.service_only('public.record_findings');

create function private.finding_json(p_finding public.audit_findings) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_finding.id, 'audit', p_finding.audit, 'kind', p_finding.kind, 'subject', p_finding.subject,
    'detail', p_finding.detail, 'runId', p_finding.run_id,
    'invoiceNumber', (select r.invoice_number from public.provisioning_runs r where r.id = p_finding.run_id),
    'firstSeenAt', p_finding.first_seen_at, 'lastSeenAt', p_finding.last_seen_at, 'occurrences', p_finding.occurrences,
    'isAnnounced', p_finding.announced_at is not null, 'resolvedAt', p_finding.resolved_at)
$$;
revoke execute on function private.finding_json(public.audit_findings) from public;
grant execute on function private.finding_json(public.audit_findings) to service_role;

-- Oldest first.
create function public.open_findings() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.finding_json(f) order by f.first_seen_at, f.kind, f.subject), '[]')
    from public.audit_findings f where f.resolved_at is null
$$;
call private.service_only('public.open_findings');

create function public.record_announced_findings(p_ids jsonb, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.audit_findings f set announced_at = p_now
   where f.id in (select i::uuid from jsonb_array_elements_text(p_ids) i) and f.announced_at is null;
$$;
call private.service_only('public.record_announced_findings');

-- For the board: what is open, what was resolved in the last 30 days, and when each audit last ended.
create function public.operator_audits(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operatorName', private.operator_name(),
    'open', (
      select coalesce(jsonb_agg(private.finding_json(f) order by f.first_seen_at desc, f.kind, f.subject), '[]')
        from public.audit_findings f where f.resolved_at is null),
    'resolved', (
      select coalesce(jsonb_agg(private.finding_json(f) order by f.resolved_at desc, f.kind, f.subject), '[]')
        from (select * from public.audit_findings where resolved_at > p_now - interval '30 days' order by resolved_at desc limit 100) f),
    'rounds', (select coalesce(jsonb_object_agg(r.audit, r.ended_at), '{}') from public.audit_rounds r))
   where private.operator_name() is not null
$$;
call private.member_only('public.operator_audits');
