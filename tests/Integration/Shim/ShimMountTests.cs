// SPDX-License-Identifier: Apache-2.0
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>The mounts of a root file system that a snapshotter asks for beyond plain ones: mapped ids and images.</summary>
public sealed class ShimMountTests : IDisposable
{
    private const string Uids = "uidmap=0:100000:1000,1000:5000:1", Gids = "gidmap=0:200000:65536";
    private readonly ShimUnderTest _shim = new();

    [Fact]
    public void The_ids_of_an_overlay_are_those_of_its_mapped_layers()
    {
        ShimTask task = ShimRootfs.Add(_shim, "exec cat /added");
        string added = ShimRootfs.Make(task, "snapshots/added"), upper = ShimRootfs.Make(task, "upper"), work = ShimRootfs.Make(task, "work");
        File.WriteAllText($"{added}/added", "text\n");
        Directory.Move(task.Path("source"), task.Path("snapshots/lower"));
        Own($"{added}/added", 1000, 7);
        FifoReader output = task.Read("out");
        task.Up(request =>
        {
            request.Stdout = task.Path("out");
            request.Rootfs.Add(new Mount { Type = "overlay", Source = "overlay", Options = { $"lowerdir={added}:{task.Path("snapshots/lower")}", $"upperdir={upper}", $"workdir={work}", Uids, Gids } });
        });
        Assert.Equal("5000 200007", ShimRootfs.Owner($"{task.Bundle.Rootfs}/added"));
        Assert.Equal("100000 200000", ShimRootfs.Owner($"{task.Bundle.Rootfs}/bin"));
        Assert.Equal("1000 7", ShimRootfs.Owner($"{added}/added"));
        Assert.Equal(0, task.Wait());
        task.Delete();
        Assert.Equal("text\n", output.Text);
        ShimRootfs.NothingLeft(task);
    }

    [Fact]
    public void An_overlay_of_many_mapped_layers_fits_into_a_page_of_options()
    {
        ShimTask task = ShimRootfs.Add(_shim, "true");
        List<string> layers = [];
        for (int i = 0; i < 60; i++) layers.Add(ShimRootfs.Make(task, $"snapshots/{i}-{new string('x', 40)}"));
        File.WriteAllText($"{layers[59]}/last", "");
        Directory.Move(task.Path("source"), task.Path("snapshots/lower"));
        layers.Add(task.Path("snapshots/lower"));
        task.Create(request => request.Rootfs.Add(new Mount { Type = "overlay", Source = "overlay", Options = { "lowerdir=" + string.Join(':', layers), Uids, Gids } }));
        Assert.Equal("100000 200000", ShimRootfs.Owner($"{task.Bundle.Rootfs}/last"));
        task.Start();
        task.Wait();
        task.Delete();
        ShimRootfs.NothingLeft(task);
    }

    [Theory]
    [InlineData("rbind")]
    [InlineData("bind", "ro")]
    public void The_ids_of_a_bind_mount_are_mapped(params string[] options)
    {
        ShimTask task = ShimRootfs.Add(_shim, "true");
        Own(ShimRootfs.Make(task, "source/owned"), 1000, 7);
        task.Create(request => request.Rootfs.Add(new Mount { Type = "bind", Source = task.Path("source"), Options = { options, Uids, Gids } }));
        Assert.Equal("5000 200007", ShimRootfs.Owner($"{task.Bundle.Rootfs}/owned"));
        Assert.Equal(options.Contains("ro") ? 1 : 0, Command.Run("touch", $"{task.Bundle.Rootfs}/bin").ExitCode);
        task.Start();
        task.Wait();
        task.Delete();
        ShimRootfs.NothingLeft(task);
    }

    [Theory]
    [InlineData("rootfs[0]: uidmap and gidmap must both be given", Uids)]
    [InlineData("rootfs[0]: id mapping must be CONTAINER-ID:HOST-ID:SIZE, got 0:1", "uidmap=0:1", Gids)]
    [InlineData("rootfs[0]: mount_setattr(2) on ", Uids, Gids, "type=proc")]
    [InlineData("rootfs[0]: openat(2) on ", "loop", "type=ext4")]
    // What containerd's mount manager makes of these is mounted, unless the runtime announces that it takes them (-info).
    [InlineData("(ENODEV)", "ro", "type=format/erofs")]
    [InlineData("(ENODEV)", "type=mkfs/ext4")]
    [InlineData("(ENODEV)", "ro", "type=loop")]
    public void What_cannot_be_mounted_leaves_nothing(string message, params string[] options)
    {
        ShimTask task = ShimRootfs.Add(_shim, "true");
        string type = options.FirstOrDefault(option => option.StartsWith("type=", StringComparison.Ordinal))?[5..] ?? "bind";
        TtrpcError error = Assert.Throws<TtrpcError>(() => task.Create(request => request.Rootfs.Add(new Mount
        {
            Type = type,
            Source = type == "bind" ? task.Path("source") : task.Path("none"),
            Options = { options.Where(option => !option.StartsWith("type=", StringComparison.Ordinal)), type == "bind" ? ["bind"] : Array.Empty<string>() },
        })));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        ShimRootfs.NothingLeft(task);
    }

    /// <summary>An image's symbolic link leads nowhere outside, and mounts on mounts are removed without a delay.</summary>
    [Fact]
    public void A_target_lies_in_the_root_file_system()
    {
        ShimTask task = ShimRootfs.Add(_shim, "true");
        string outside = ShimRootfs.Make(task, "outside"), added = ShimRootfs.Make(task, "added");
        File.WriteAllText($"{added}/file", "");
        Directory.CreateDirectory(task.Path("source/inside"));
        File.CreateSymbolicLink(task.Path("source/in"), "/inside");
        File.CreateSymbolicLink(task.Path("source/out"), outside);
        void Mount(string target) => task.Create(request =>
        {
            request.Rootfs.Add(new Mount { Type = "bind", Source = task.Path("source"), Options = { "rbind" } });
            request.Rootfs.Add(new Mount { Type = "bind", Source = added, Target = target, Options = { "rbind" } });
        });
        Assert.Contains("rootfs[1]: openat2(2) on \"/out\"", Assert.Throws<TtrpcError>(() => Mount("/out")).Message, StringComparison.Ordinal);
        ShimRootfs.NothingLeft(task);
        Mount("in");
        Assert.True(File.Exists($"{task.Bundle.Rootfs}/inside/file"), "the target is mounted");
        task.Start();
        task.Wait();
        task.Delete();
        ShimRootfs.NothingLeft(task);
    }

    /// <summary>The mapped layers are mounted beside the root file system while the overlay is mounted.</summary>
    [Fact]
    public void Layers_of_a_killed_operation_are_removed()
    {
        ShimTask task = ShimRootfs.Add(_shim, "true");
        using (Trace("inject=mount:signal=KILL"))
        {
            TtrpcError error = Assert.Throws<TtrpcError>(() => CreateMapped(task));
            Assert.Contains("ended without an answer", error.Message, StringComparison.Ordinal);
        }
        ShimRootfs.NothingLeft(task);
        CreateMapped(task);
        task.Delete();
        ShimRootfs.NothingLeft(task);
    }

    [Fact]
    public void Layers_of_a_killed_shim_are_removed_by_delete()
    {
        ShimTask task = ShimRootfs.Add(_shim, "true");
        using (Trace($"inject=mount:delay_enter={TimeSpan.FromMinutes(1).TotalMicroseconds}"))
        {
            Task create = Task.Run(() => CreateMapped(task), TestContext.Current.CancellationToken);
            Eventually.True(() => ShimRootfs.Mounts(task).Any(), "the layers are mounted");
            _ = Libc.kill(_shim.Pid, Libc.SIGKILL);
            Eventually.True(() => create.IsFaulted, "the call has ended");
        }
        Eventually.True(() => _shim.Processes().Length == 0, "the shim and its clone have ended");
        _shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok();
        ShimRootfs.NothingLeft(task);
    }

    public void Dispose() => _shim.Dispose();

    // Of all mount(2) of the shim's clones.
    private RunningCommand Trace(string injection)
    {
        Requires.Program("strace");
        int pid = _shim.Pid;
        RunningCommand tracer = Command.Start(Options.Default, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=mount", "-e", injection, "-p", $"{pid}");
        Eventually.True(() => !File.ReadAllText($"/proc/{pid}/status").Contains("TracerPid:\t0\n", StringComparison.Ordinal), () => $"the shim is traced: {tracer.Stderr}");
        return tracer;
    }

    private static void CreateMapped(ShimTask task)
    {
        ShimRootfs.Make(task, "snapshots/added");
        if (Directory.Exists(task.Path("source"))) Directory.Move(task.Path("source"), task.Path("snapshots/lower"));
        task.Create(request => request.Rootfs.Add(new Mount { Type = "overlay", Source = "overlay", Options = { $"lowerdir={task.Path("snapshots/added")}:{task.Path("snapshots/lower")}", Uids, Gids } }));
    }

    private static void Own(string path, int uid, int gid) => Command.Run("chown", $"{uid}:{gid}", path).Ok();
}
