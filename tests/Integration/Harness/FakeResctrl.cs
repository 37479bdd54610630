// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
using System.Text;
using Runcs.Native;
using static Runcs.Native.MountFlags;

namespace Runcs.Harness;

/// <summary>
/// A resctrl file system for machines without the hardware: a FUSE server with resctrl's directories and the kernel's
/// behaviour (Documentation/filesystems/resctrl.rst, fs/resctrl/rdtgroup.c): a new directory is a class with its files,
/// schemata lines are checked, tasks move. It is mounted on /sys/fs/resctrl of a thread with its own mount namespace.
/// </summary>
internal sealed class FakeResctrl
{
    private const string Default = "    L2:0=ff;1=ff\n    L3:0=7ff;1=7ff\n    MB:0=100;1=100\n";
    private readonly Dictionary<string, SortedDictionary<string, string>> _schemata = new() { [""] = Parse(Default) };
    private readonly Dictionary<string, string> _class = [], _monitored = [];
    private readonly Lock _lock = new();
    private string _status = "ok";

    // The hardware's properties and its counters.
    private static readonly Dictionary<string, string> _constants = new()
    {
        ["info/L3/cbm_mask"] = "7ff",
        ["info/L3/min_cbm_bits"] = "1",
        ["info/L3/num_closids"] = "8",
        ["info/MB/bandwidth_gran"] = "10",
        ["info/MB/delay_linear"] = "1",
        ["info/MB/min_bandwidth"] = "10",
        ["info/MB/num_closids"] = "8",
        ["info/L3_MON/mon_features"] = "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes",
        ["llc_occupancy"] = "100",
        ["mbm_local_bytes"] = "200",
        ["mbm_total_bytes"] = "300",
    };

    private FakeResctrl() => Add(["", "info/", "info/L3/", "info/MB/", "info/L3_MON/", "mon_groups/", "tasks", "schemata", "info/last_cmd_status", .. _constants.Keys.Where(name => name.Contains('/'))]);

    /// <summary>The changing requests: <c>mkdir a</c>, <c>write a/schemata L3:0=f</c>.</summary>
    public List<string> Done { get; } = [];

    /// <summary>The number of requests.</summary>
    public int Requests { get; private set; }

    public int MostMonitoringGroups { get; set; } = 16;

    /// <summary>All directories and files, directories with a final slash; "" is the root.</summary>
    private readonly List<string> _nodes = [];

    /// <summary>The directories made since the start.</summary>
    public IReadOnlyList<string> Groups
    {
        get { lock (_lock) return [.. _nodes.Where(node => node.EndsWith("/tasks", StringComparison.Ordinal)).Select(node => node[..^"/tasks".Length])]; }
    }

    public string Read(string file)
    {
        lock (_lock) return Text(file);
    }

    /// <summary>Makes a class, as an administrator would.</summary>
    public void Prepare(string group, string schemata)
    {
        lock (_lock)
        {
            Make(group);
            foreach (string line in schemata.Split('\n')) Set(_schemata[group], line);
        }
    }

    /// <summary>Runs a test with the file system mounted; the test's processes see it too.</summary>
    public static void Use(Action<FakeResctrl> test)
    {
        Requires.Root();
        Requires.Device("/dev/fuse");
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            string scratch = Scratch.NewDirectory("resctrl");
            try
            {
                Check(Processes.TryUnshare(CloneFlags.CLONE_NEWNS));
                Check(Mounts.TryMount(null, "/", null, MS_REC | MS_PRIVATE, null));
                // sysfs does not allow mkdir(2), so a file system with both directories replaces /sys/fs.
                Check(Mounts.TryMount("tmpfs", scratch, "tmpfs", 0, null));
                Directory.CreateDirectory(scratch + "/cgroup");
                Directory.CreateDirectory(scratch + "/resctrl");
                Check(Mounts.TryMount("/sys/fs/cgroup", scratch + "/cgroup", null, MS_BIND | MS_REC, null));
                Check(Mounts.TryMount(scratch, "/sys/fs", null, MS_BIND | MS_REC, null));
                var fake = new FakeResctrl();
                Fd device = Files.Open("/dev/fuse", OpenFlags.O_RDWR);
                Check(Mounts.TryMount("resctrl", "/sys/fs/resctrl", "fuse", 0, $"fd={device.Value},rootmode=40755,user_id=0,group_id=0"));
                new Thread(() => fake.Serve(device)) { IsBackground = true }.Start(); // before the mount, reads are refused
                try
                {
                    test(fake);
                }
                finally
                {
                    Mounts.TryUmount("/sys/fs/resctrl", UmountFlags.MNT_DETACH);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                Mounts.TryUmount("/sys/fs", UmountFlags.MNT_DETACH);
                Mounts.TryUmount(scratch, UmountFlags.MNT_DETACH);
                Scratch.Remove(scratch);
            }
        });
        thread.Start();
        thread.Join();
        if (failure != null) ExceptionDispatchInfo.Throw(failure);

        static void Check(Errno errno) => Assert.False(errno.IsError, errno.ToString());
    }

    // ---- the behaviour of resctrl ----

    private void Add(params string[] nodes) => _nodes.AddRange(nodes);

    private static SortedDictionary<string, string> Parse(string text)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            foreach (string value in line.Split(':')[1].Split(';'))
                values.Add(line.Split(':')[0].Trim() + ":" + value.Split('=')[0], value.Split('=')[1]);
        return values;
    }

    // "" or the text of last_cmd_status.
    private static string Set(SortedDictionary<string, string> values, string line)
    {
        string[] parts = line.Split(':', 2);
        if (parts.Length < 2) return "Missing ':'";
        if (!values.Keys.Any(key => key.StartsWith(parts[0].Trim() + ":", StringComparison.Ordinal))) return $"Unknown or unsupported resource name '{parts[0]}'";
        foreach (string value in parts[1].Split(';'))
        {
            string[] pair = value.Trim().Split('=');
            string key = $"{parts[0].Trim()}:{pair[0]}";
            if (pair.Length != 2 || !values.ContainsKey(key)) return $"Missing '=' or non-numeric domain";
            values[key] = pair[1].TrimStart('0');
        }
        return "";
    }

    private int Make(string path)
    {
        string parent = path.Contains('/') ? path[..(path.LastIndexOf('/') + 1)] : "";
        if (_nodes.Contains(path + "/")) return Errno.EEXIST;
        bool isMonitoring = parent == "mon_groups/" || (parent.EndsWith("/mon_groups/", StringComparison.Ordinal) && parent.Count(letter => letter == '/') == 2);
        if (!isMonitoring && parent.Length > 0) return Errno.EPERM;
        if (isMonitoring && _nodes.Count(node => node.Contains("mon_groups/", StringComparison.Ordinal) && node.EndsWith("/tasks", StringComparison.Ordinal)) >= MostMonitoringGroups)
        {
            _status = "Out of RMIDs";
            return 28; // ENOSPC
        }
        Add(path + "/", path + "/tasks", path + "/mon_data/");
        foreach (string domain in (string[])["/mon_data/mon_L3_01/", "/mon_data/mon_L3_00/"]) Add(path + domain, path + domain + "llc_occupancy", path + domain + "mbm_local_bytes", path + domain + "mbm_total_bytes");
        if (isMonitoring) return 0;
        Add(path + "/schemata", path + "/mon_groups/");
        _schemata[path] = Parse(Default);
        return 0;
    }

    // A class is removed with its monitoring groups; its tasks move to the default class.
    private int Remove(string path)
    {
        if (!_nodes.Contains(path + "/tasks")) return Errno.EPERM;
        _nodes.RemoveAll(node => node.StartsWith(path + "/", StringComparison.Ordinal));
        foreach (Dictionary<string, string> membership in (Dictionary<string, string>[])[_class, _monitored])
            foreach (string pid in membership.Keys.Where(pid => membership[pid] == path).ToArray()) membership.Remove(pid);
        return 0;
    }

    private int Write(string path, string text)
    {
        string group = path.Contains('/') ? path[..path.LastIndexOf('/')] : "";
        if (path.EndsWith("schemata", StringComparison.Ordinal))
        {
            _status = text.EndsWith('\n') ? "" : "no newline";
            foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                if (_status.Length == 0) _status = Set(_schemata[group], line);
        }
        else if (group.Contains("mon_groups/", StringComparison.Ordinal))
        {
            string owner = group[..group.IndexOf("mon_groups/", StringComparison.Ordinal)].TrimEnd('/');
            _status = _class.GetValueOrDefault(text, "") == owner ? "" : "Can't move task to different control group";
            _monitored[text] = group;
        }
        else
        {
            _status = "";
            _class[text] = group;
            _monitored.Remove(text);
        }
        bool isFine = _status.Length == 0;
        if (isFine) _status = "ok";
        return isFine ? 0 : Errno.EINVAL;
    }

    private string Text(string path)
    {
        string group = path.Contains('/') ? path[..path.LastIndexOf('/')] : "";
        if (_constants.TryGetValue(path, out string? constant) || (path.Contains("mon_data/", StringComparison.Ordinal) && _constants.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out constant))) return constant + "\n";
        if (path.EndsWith("last_cmd_status", StringComparison.Ordinal)) return _status + "\n";
        if (path.EndsWith("schemata", StringComparison.Ordinal))
            return string.Concat(_schemata[group].GroupBy(value => value.Key.Split(':')[0]).Select(resource => $"    {resource.Key}:{string.Join(';', resource.Select(value => $"{value.Key.Split(':')[1]}={value.Value}"))}\n"));
        Dictionary<string, string> membership = group.Contains("mon_groups/", StringComparison.Ordinal) ? _monitored : _class;
        return string.Concat(membership.Where(member => member.Value == group && Directory.Exists("/proc/" + member.Key)).Select(member => member.Key + "\n"));
    }

    // ---- linux/fuse.h, version 7.31: the part used here ----

    private readonly List<string> _ids = ["", ""]; // a node's number is its index; 1 is the root

    private void Serve(Fd device)
    {
        using (device)
        {
            byte[] request = new byte[1 << 17];
            while (true)
            {
                Errno errno = Files.TryRead(device.Value, request, out int length);
                if (errno.Value == Errno.ENOENT) continue; // interrupted before it was read
                if (errno.IsError || length < 40) return; // ENODEV: unmounted
                uint operation = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(4));
                const uint Forget = 2, BatchForget = 42, Interrupt = 36;
                if (operation is Forget or BatchForget or Interrupt) continue;
                byte[] body;
                int failure;
                lock (_lock) failure = Answer(operation, BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(16)), request.AsSpan(40, length - 40), out body);
                byte[] reply = [.. Words((uint)(failure == 0 ? 16 + body.Length : 16), unchecked((uint)-failure)), .. request.AsSpan(8, 8), .. failure == 0 ? body : []];
                Files.TryWrite(device.Value, reply, out _);
            }
        }
    }

    private int Answer(uint operation, ulong node, Span<byte> arguments, out byte[] body)
    {
        const int Init = 26, Lookup = 1, GetAttr = 3, SetAttr = 4, MkDir = 9, RmDir = 11, Open = 14, ReadFile = 15, WriteFile = 16, Release = 18, Flush = 25, OpenDir = 27, ReadDir = 28, ReleaseDir = 29, NoSys = 38;
        body = [];
        string path = node < (ulong)_ids.Count ? _ids[(int)node] : "", file = path.TrimEnd('/');
        if (operation != Init) Requests++;
        switch (operation)
        {
            case Init:
                body = [.. Words(7, 31, 0, 0), .. Words(0, 4096), .. new byte[40]];
                return 0;
            case Lookup:
                return Entry(path + Name(arguments), out body);
            case GetAttr or SetAttr:
                body = [.. new byte[16], .. Attributes(path)];
                return 0;
            case MkDir:
                string made = path + Name(arguments[8..]);
                Done.Add("mkdir " + made);
                int failure = Make(made);
                return failure != 0 ? failure : Entry(made, out body);
            case RmDir:
                Done.Add("rmdir " + path + Name(arguments));
                return Remove(path + Name(arguments));
            case Open or OpenDir:
                body = [.. new byte[8], .. Words(1, 0)]; // FOPEN_DIRECT_IO: the size is ignored
                return 0;
            case ReadFile:
                byte[] text = Encoding.UTF8.GetBytes(Text(file));
                int offset = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(arguments[8..]), (ulong)text.Length);
                body = text[offset..Math.Min(text.Length, offset + (int)BinaryPrimitives.ReadUInt32LittleEndian(arguments[16..]))];
                return 0;
            case ReadDir:
                if (BinaryPrimitives.ReadUInt64LittleEndian(arguments[8..]) > 0) return 0;
                ulong place = 0;
                foreach (string name in _nodes.Where(node => node.Length > path.Length && node.StartsWith(path, StringComparison.Ordinal)).Select(node => node[path.Length..].TrimEnd('/')).Where(name => !name.Contains('/')))
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(name);
                    body = [.. body, .. Words(1, 0, (uint)++place, 0, (uint)bytes.Length, 0), .. bytes, .. new byte[(8 - bytes.Length % 8) % 8]];
                }
                return 0;
            case WriteFile:
                int size = (int)BinaryPrimitives.ReadUInt32LittleEndian(arguments[16..]);
                string written = Encoding.UTF8.GetString(arguments.Slice(40, size));
                Done.Add($"write {file} {written.TrimEnd('\n')}");
                body = Words((uint)size, 0);
                return Write(file, written);
            case Release or ReleaseDir or Flush:
                return 0;
            default:
                return NoSys;
        }
    }

    private int Entry(string path, out byte[] body)
    {
        body = [];
        string? node = _nodes.Find(there => there == path || there == path + "/");
        if (node == null) return Errno.ENOENT;
        if (!_ids.Contains(node)) _ids.Add(node);
        body = [.. Words((uint)_ids.LastIndexOf(node), 0), .. new byte[32], .. Attributes(node)];
        return 0;
    }

    private byte[] Attributes(string path)
    {
        bool isDirectory = path.Length == 0 || path.EndsWith('/');
        return [.. Words((uint)_ids.LastIndexOf(path), 0), .. new byte[52], .. Words(isDirectory ? 0x41edu : 0x81a4u, isDirectory ? 2u : 1u), .. new byte[20]];
    }

    private static string Name(Span<byte> bytes) => Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);

    private static byte[] Words(params uint[] words)
    {
        byte[] bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }
}
