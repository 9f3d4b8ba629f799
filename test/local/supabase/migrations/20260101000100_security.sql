-- Row level security by membership, and a column that members may read but not write.
create function public.is_member(business uuid) returns boolean language sql stable security definer set search_path = '' as $$
  select exists (select from public.business_members m where m.business_id = business and m.user_id = (select auth.uid()))
$$;

alter table public.businesses enable row level security;
alter table public.business_members enable row level security;
alter table public.runs enable row level security;
alter table public.steps enable row level security;
alter table public.leads enable row level security;
alter table public.bookings enable row level security;
alter table public.profiles enable row level security;

create policy members_read on public.businesses for select to authenticated using (public.is_member(id));
create policy members_change on public.businesses for update to authenticated using (public.is_member(id)) with check (public.is_member(id));
create policy own_membership on public.business_members for select to authenticated using (user_id = (select auth.uid()));
create policy members_leads on public.leads for all to authenticated
  using (public.is_member(business_id)) with check (public.is_member(business_id));

revoke all on public.businesses from anon, authenticated;
grant select (id, name, slug, created_at, updated_at), update (name) on public.businesses to authenticated;

create view public.lead_counts with (security_invoker = true) as
  select business_id, count(*)::int as leads from public.leads group by business_id;
create view public.lead_counts_of_all as
  select business_id, count(*)::int as leads from public.leads group by business_id;
