-- Puts itself between the host and the modules and measures what the modules do. The environment variable PROX_MEASURE
-- says what: `time` (the collector rests while a module runs, so that only the module's own work is timed), `collector`
-- (the collector works as it likes: its time falls on the module, although most garbage is the host's), or `count`.
return function(platform)
  local clock, collect, mode = os.clock, collectgarbage, os.getenv("PROX_MEASURE")
  local frames, heaps = {}, {}
  local spent, garbage, gets, count = 0, 0, 0, 0

  local function counted(target)
    local _, environment = debug.getupvalue(target, 1)
    local et = environment.et
    local get = et.gentity_get
    et.gentity_get = function(...)
      gets = gets + 1
      return get(...)
    end
  end

  platform.around = function(callback, target, ...)
    if callback == "load" then
      if mode == "count" then counted(target) end
      return pcall(target, ...)
    end
    if mode == "time" then collect("stop") end
    local before, start = collect("count"), clock()
    local ok, answer = pcall(target, ...)
    spent = spent + (clock() - start)
    if mode == "time" then
      garbage = garbage + (collect("count") - before)
      collect("restart")
    end
    if callback == "et_RunFrame" then
      count = count + 1
      frames[count] = spent
      spent = 0
      if mode == "count" and count % 500 == 0 then
        collect("collect")
        heaps[#heaps + 1] = collect("count")
      end
    end
    return ok, answer
  end

  return function()
    local total = 0
    for _, seconds in ipairs(frames) do total = total + seconds end
    table.sort(frames)
    local function at(share) return frames[math.max(1, math.ceil(#frames * share))] or 0 end
    io.write(string.format("measured\tframes\t%d\nmeasured\tmeanUs\t%.3f\nmeasured\tp999Us\t%.1f\nmeasured\tworstUs\t%.1f\n",
      #frames, total / math.max(1, #frames) * 1e6, at(0.999) * 1e6, at(1) * 1e6))
    io.write(string.format("measured\tgarbageKib\t%.1f\nmeasured\tgets\t%d\n", garbage, gets))
    for _, heap in ipairs(heaps) do io.write(string.format("heap\t%.1f\t\n", heap)) end
  end
end
