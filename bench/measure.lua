-- Puts itself between the host and the modules and measures what the modules do. The environment variable PROX_MEASURE
-- says what: `time` (the collector rests while a module runs, so that only the module's own work is timed), `collector`
-- (the collector works as it likes: its time falls on the module, although most garbage is the host's), `cold` (as `time`, with
-- the processor's caches emptied before each frame, as the rest of a game server does it between two frames), `count`, or
-- `instructions` (of the Lua VM, in the module's own code: what no other work of the machine can blur).
return function(platform)
  local clock, collect, mode = os.clock, collectgarbage, os.getenv("PROX_MEASURE")
  local frames, heaps = {}, {}
  local spent, garbage, gets, count, shutdown = 0, 0, 0, 0, 0
  -- More than the caches of a processor hold.
  local memory = mode == "cold" and ("x"):rep(64 * 1024 * 1024) or ""

  -- The last calls of gentity_get, to time them again: three values each.
  local get, calls = nil, {}
  local CALLS = 3 * 5000

  local function counted(target)
    local _, environment = debug.getupvalue(target, 1)
    local et = environment.et
    get = et.gentity_get
    et.gentity_get = function(entity, field, index)
      local at = gets * 3 % CALLS
      calls[at + 1], calls[at + 2], calls[at + 3] = entity, field, index or false
      gets = gets + 1
      return get(entity, field, index)
    end
  end

  -- Seconds that a call of the host's gentity_get takes, for the fields that the module reads; the engine's is in C. The
  -- lowest of several while the collector rests, as with frames.
  local function timeOfGet()
    local count, lowest = math.min(gets, CALLS / 3), math.huge
    for _ = 1, 20 do
      collect("collect")
      collect("stop")
      local start = clock()
      for at = 1, count * 3, 3 do get(calls[at], calls[at + 1], calls[at + 2] or nil) end
      lowest = math.min(lowest, (clock() - start) / count)
      collect("restart")
    end
    return lowest
  end

  local instructions, own = 0, nil
  local function countInstruction()
    if debug.getinfo(2, "S").source == own then instructions = instructions + 1 end
  end

  -- The engine has its vectors ready; the host need not parse them in the module's time either.
  platform.parsesAtOnce = true
  platform.around = function(callback, target, ...)
    if callback == "load" then
      -- A new VM: the round, after the warm-up.
      frames, heaps, spent, garbage, gets, count, instructions = {}, {}, 0, 0, 0, 0, 0
      own = debug.getinfo(target, "S").source
      if mode == "count" then counted(target) end
      return pcall(target, ...)
    end
    if mode == "cold" and callback == "et_RunFrame" then memory:find("y", 1, true) end
    if mode == "time" or mode == "cold" then collect("stop") end
    local before, start = collect("count"), clock()
    if mode == "instructions" then debug.sethook(countInstruction, "", 1) end
    local ok, answer = pcall(target, ...)
    debug.sethook()
    spent = spent + (clock() - start)
    if mode == "time" or mode == "cold" then
      garbage = garbage + (collect("count") - before)
      collect("restart")
    end
    if callback == "et_RunFrame" then
      count = count + 1
      frames[count] = spent
      spent = 0
      if mode == "count" and count % 250 == 0 then
        collect("collect")
        heaps[#heaps + 1] = collect("count")
      end
    elseif callback == "et_ShutdownGame" then
      shutdown, spent = spent, 0
    end
    return ok, answer
  end

  return function()
    io.write(string.format("measured\tframes\t%d\n", #frames))
    for _, seconds in ipairs(frames) do io.write(string.format("frame\t%.1f\t\n", seconds * 1e6)) end
    io.write(string.format("measured\tshutdownUs\t%.1f\n", shutdown * 1e6))
    io.write(string.format("measured\tgarbageKib\t%.1f\nmeasured\tgets\t%d\nmeasured\tinstructions\t%.1f\n", garbage, gets, instructions / math.max(1, #frames)))
    if mode == "count" and gets > 0 then io.write(string.format("measured\tgetUs\t%.3f\n", timeOfGet() * 1e6)) end
    for _, heap in ipairs(heaps) do io.write(string.format("heap\t%.1f\t\n", heap)) end
  end
end
