-- For local databases only (hosted projects never see the seed): rehearsals buy emulated numbers by the hundred.
update public.system_settings set daily_number_cap = 100000;
