-- The dashboard of a busy business (1,000 leads, 6,000 texts in the window) in a few milliseconds, whether or not the planner has statistics.

-- Tests, the demo and the owner's trials: a handful per business.
create index leads_uncounted_idx on public.leads (business_id) where is_test or is_demo or is_trial;
create index manual_replies_unsent_idx on public.manual_replies (business_id) where status <> 'sent';

-- As before (docs/stats.md), in one pass over the texts without sorting them and without a join: what does not count is a short list.
-- Only a lead whose first text of ours came before its own (we texted back a missed call) needs a second look.
create or replace function private.stats(p_business public.businesses, p_hours jsonb, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with bounds as materialized (
    select z.zone, date_trunc('week', p_now at time zone z.zone) at time zone z.zone as week_start,
           (date_trunc('day', p_now at time zone z.zone) - interval '29 days') at time zone z.zone as month_start,
           array(select l.id from public.leads l
                  where l.business_id = p_business.id and (l.is_test or l.is_demo or l.is_trial)) as uncounted,
           array(select h.message_id from public.manual_replies h where h.business_id = p_business.id and h.status <> 'sent') as unsent
      from (select private.zone_of(p_business) as zone) z
  ), recent as materialized (
    select m.lead_id, min(m.id) filter (where m.direction = 'inbound') as first_id,
           (array_agg(m.created_at order by m.id) filter (where m.direction = 'inbound'))[1] as at,
           min(m.id) filter (where m.direction = 'outbound') as reply_id,
           min(m.created_at) filter (where m.direction = 'outbound') as replied_at
      from public.messages m
     where m.business_id = p_business.id and m.created_at >= (select month_start from bounds) and m.created_at <= p_now
       and m.id <> all ((select unsent from bounds)::bigint[])
     group by m.lead_id
  ), answered as materialized (
    select r.at, r.at at time zone (select zone from bounds) as local_at,
           case when r.reply_id > r.first_id then r.replied_at else (
             select min(m.created_at) from public.messages m
              where m.lead_id = r.lead_id and m.id > r.first_id and m.direction = 'outbound' and m.created_at <= p_now
                and m.id <> all ((select unsent from bounds)::bigint[])) end as replied_at
      from recent r
     where r.first_id is not null and r.lead_id <> all ((select uncounted from bounds)::uuid[])
  )
  select jsonb_build_object(
    'leadsThisWeek', (
      select count(*) from public.leads l
       where l.business_id = p_business.id and l.created_at >= (select week_start from bounds) and l.created_at <= p_now
         and not l.is_test and not l.is_demo and not l.is_trial),
    'conversations', (select count(*) from answered),
    'replyRate', (select round(count(replied_at)::numeric / nullif(count(*), 0), 4) from answered),
    'medianFirstResponseSeconds', (
      select round(percentile_cont(0.5) within group (order by extract(epoch from a.replied_at - a.at)))
        from answered a cross join lateral (select p_hours -> to_char(a.local_at, 'FMday') as hours) day
       where a.replied_at is not null and (day.hours ->> 'enabled')::boolean
         and to_char(a.local_at, 'HH24:MI') >= day.hours ->> 'start' and to_char(a.local_at, 'HH24:MI') < day.hours ->> 'end'),
    'bookings', (
      select count(*) from public.bookings k
       where k.business_id = p_business.id and not k.is_demo and k.status <> 'cancelled'
         and k.created_at >= (select month_start from bounds) and k.created_at <= p_now
         and (k.lead_id is null or k.lead_id <> all ((select uncounted from bounds)::uuid[]))))
$$;
