-- Corrects what was taken, where its window is still open, and ends what ran.
-- KEYS: one a quota. ARGV: the lease, and for each quota: the window that was taken of, what is used beyond what was taken, and how long its
-- windows are in ms, 0 for one that counts what runs.
for i, key in ipairs(KEYS) do
  local start, change, window = ARGV[3 * i - 1], tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  if window == 0 then
    redis.call('ZREM', key, ARGV[1])
  elseif change ~= 0 and redis.call('HGET', key, 'start') == start then
    redis.call('HINCRBY', key, 'used', change)
  end
end
return {}
