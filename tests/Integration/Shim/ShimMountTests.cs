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
        ShimTask task = WithSource("exec cat /added");
        string added = Make(task, "snapshots/added"), upper = Make(task, "upper"), work = Make(task, "work");
        File.WriteAllText($"{added}/added", "text\n");
        Directory.Move(task.Path("source"), task.Path("snapshots/lower"));
        Own($"{added}/added", 1000, 7);
        FifoReader output = task.Read("out");
        task.Up(request =>
        {
            request.Stdout = task.Path("out");
            request.Rootfs.Add(new Mount { Type = "overlay", Source = "overlay", Options = { $"lowerdir={added}:{task.Path("snapshots/lower")}", $"upperdir={upper}", $"workdir={work}", Uids, Gids } });
        });
        Assert.Equal("5000 200007", Owner($"{task.Bundle.Rootfs}/added"));
        Assert.Equal("100000 200000", Owner($"{task.Bundle.Rootfs}/bin"));
        Assert.Equal("1000 7", Owner($"{added}/added"));
        Assert.Equal(0, task.Wait());
        task.Delete();
        Assert.Equal("text\n", output.Text);
        NothingLeft(task);
    }

    [Fact]
    public void An_overlay_of_many_mapped_layers_fits_into_a_page_of_options()
    {
        ShimTask task = WithSource("true");
        List<string> layers = [];
        for (int i = 0; i < 60; i++) layers.Add(Make(task, $"snapshots/{i}-{new string('x', 40)}"));
        File.WriteAllText($"{layers[59]}/last", "");
        Directory.Move(task.Path("source"), task.Path("snapshots/lower"));
        layers.Add(task.Path("snapshots/lower"));
        task.Create(request => request.Rootfs.Add(new Mount { Type = "overlay", Source = "overlay", Options = { "lowerdir=" + string.Join(':', layers), Uids, Gids } }));
        Assert.Equal("100000 200000", Owner($"{task.Bundle.Rootfs}/last"));
        task.Start();
        task.Wait();
        task.Delete();
        NothingLeft(task);
    }

    [Theory]
    [InlineData("rbind")]
    [InlineData("bind", "ro")]
    public void The_ids_of_a_bind_mount_are_mapped(params string[] options)
    {
        ShimTask task = WithSource("true");
        Own(Make(task, "source/owned"), 1000, 7);
        task.Create(request => request.Rootfs.Add(new Mount { Type = "bind", Source = task.Path("source"), Options = { options, Uids, Gids } }));
        Assert.Equal("5000 200007", Owner($"{task.Bundle.Rootfs}/owned"));
        Assert.Equal(options.Contains("ro") ? 1 : 0, Command.Run("touch", $"{task.Bundle.Rootfs}/bin").ExitCode);
        task.Start();
        task.Wait();
        task.Delete();
        NothingLeft(task);
    }

    [Theory]
    [InlineData("ro")]
    [InlineData("rw")]
    public void An_image_file_is_mounted_through_a_loop_device(string access)
    {
        Requires.Program("mke2fs");
        Requires.Device("/dev/loop-control");
        ShimTask task = WithSource("exec cat /inside");
        File.WriteAllText(task.Path("source/inside"), "of the image\n");
        string image = task.Path("image");
        Command.Run("mke2fs", "-q", "-t", "ext4", "-d", task.Path("source"), image, "64M").Ok();
        FifoReader output = task.Read("out");
        task.Up(request =>
        {
            request.Stdout = task.Path("out");
            request.Rootfs.Add(new Mount { Type = "ext4", Source = image, Options = { "loop", access, "direct-io" } });
        });
        Assert.Equal(0, task.Wait());
        Assert.Single(LoopDevices(image));
        task.Delete();
        Assert.Equal("of the image\n", output.Text);
        Eventually.True(() => LoopDevices(image).Length == 0, "the loop device has ended");
        NothingLeft(task);
    }

    [Theory]
    [InlineData("rootfs[0]: uidmap and gidmap must both be given", Uids)]
    [InlineData("rootfs[0]: id mapping must be CONTAINER-ID:HOST-ID:SIZE, got 0:1", "uidmap=0:1", Gids)]
    [InlineData("rootfs[0]: mount_setattr(2) on ", Uids, Gids, "type=proc")]
    [InlineData("rootfs[0]: openat(2) on ", "loop", "type=ext4")]
    public void What_cannot_be_mounted_leaves_nothing(string message, params string[] options)
    {
        ShimTask task = WithSource("true");
        string type = options.FirstOrDefault(option => option.StartsWith("type=", StringComparison.Ordinal))?[5..] ?? "bind";
        TtrpcError error = Assert.Throws<TtrpcError>(() => task.Create(request => request.Rootfs.Add(new Mount
        {
            Type = type,
            Source = type == "bind" ? task.Path("source") : task.Path("none"),
            Options = { options.Where(option => !option.StartsWith("type=", StringComparison.Ordinal)), type == "bind" ? ["bind"] : Array.Empty<string>() },
        })));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        NothingLeft(task);
    }

    /// <summary>An image's symbolic link leads nowhere outside, and mounts on mounts are removed without a delay.</summary>
    [Fact]
    public void A_target_lies_in_the_root_file_system()
    {
        ShimTask task = WithSource("true");
        string outside = Make(task, "outside"), added = Make(task, "added");
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
        NothingLeft(task);
        Mount("in");
        Assert.True(File.Exists($"{task.Bundle.Rootfs}/inside/file"), "the target is mounted");
        task.Start();
        task.Wait();
        task.Delete();
        NothingLeft(task);
    }

    /// <summary>The mapped layers are mounted beside the root file system while the overlay is mounted.</summary>
    [Fact]
    public void Layers_of_a_killed_operation_are_removed()
    {
        ShimTask task = WithSource("true");
        using (Trace("inject=mount:signal=KILL"))
        {
            TtrpcError error = Assert.Throws<TtrpcError>(() => CreateMapped(task));
            Assert.Contains("ended without an answer", error.Message, StringComparison.Ordinal);
        }
        NothingLeft(task);
        CreateMapped(task);
        task.Delete();
        NothingLeft(task);
    }

    [Fact]
    public void Layers_of_a_killed_shim_are_removed_by_delete()
    {
        ShimTask task = WithSource("true");
        using (Trace($"inject=mount:delay_enter={TimeSpan.FromMinutes(1).TotalMicroseconds}"))
        {
            Task create = Task.Run(() => CreateMapped(task), TestContext.Current.CancellationToken);
            Eventually.True(() => Mounts(task).Any(), "the layers are mounted");
            _ = Libc.kill(_shim.Pid, Libc.SIGKILL);
            Eventually.True(() => create.IsFaulted, "the call has ended");
        }
        Eventually.True(() => _shim.Processes().Length == 0, "the shim and its clone have ended");
        _shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok();
        NothingLeft(task);
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
        Make(task, "snapshots/added");
        if (Directory.Exists(task.Path("source"))) Directory.Move(task.Path("source"), task.Path("snapshots/lower"));
        task.Create(request => request.Rootfs.Add(new Mount { Type = "overlay", Source = "overlay", Options = { $"lowerdir={task.Path("snapshots/added")}:{task.Path("snapshots/lower")}", Uids, Gids } }));
    }

    private static IEnumerable<string> Mounts(ShimTask task) => MountTable.Read().Where(mount => MountTable.IsUnder(mount, task.Bundle.Directory));

    // The bundle's root file system is moved to "source", as a snapshotter's, and "rootfs" is empty.
    private ShimTask WithSource(string script)
    {
        ShimTask task = _shim.Add(script);
        Directory.Move(task.Bundle.Rootfs, task.Path("source"));
        Directory.CreateDirectory(task.Bundle.Rootfs);
        task.Bundle.Config["root"]!["readonly"] = true;
        return task;
    }

    private static string Make(ShimTask task, string name) => Directory.CreateDirectory(task.Path(name)).FullName;

    private static void Own(string path, int uid, int gid) => Command.Run("chown", $"{uid}:{gid}", path).Ok();

    private static string Owner(string path) => Command.Run("stat", "--format", "%u %g", path).Ok().Stdout.Trim();

    private static string[] LoopDevices(string image) =>
        [.. Directory.GetDirectories("/sys/block", "loop*").Where(device => File.Exists($"{device}/loop/backing_file") && File.ReadAllText($"{device}/loop/backing_file").Trim() == image)];

    private static void NothingLeft(ShimTask task)
    {
        Assert.Empty(Mounts(task));
        Assert.False(Directory.Exists(task.Path("layers")), "the mapped layers' directory is left");
        Assert.Empty(Leftovers.Cgroups(task.Id));
    }
}
