// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Native;
using Runcs.Protobuf;
using Runcs.Shim.Messages;
using Runcs.Shim.Rootfs;
using Runcs.Shim.Streams;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;
using Runcs.Terminal;

namespace Runcs.Shim.Tasks;

/// <summary>Create: mounts the root file system, makes the container, and watches it.</summary>
internal sealed class TaskCreation(TaskContext context, TaskExits exits)
{
    public void Create(TtrpcCall call, CreateTaskRequest request)
    {
        if (context.Containers.ContainsKey(request.Id))
        {
            call.Fail(StatusCode.AlreadyExists, $"task {request.Id}: already exists");
            return;
        }
        if (request.Checkpoint.Length > 0)
        {
            call.Fail(StatusCode.Unimplemented, "restore from a checkpoint is not implemented");
            return;
        }
        // This process's working directory is not the caller's.
        if (!request.Bundle.StartsWith('/'))
        {
            call.Fail(StatusCode.InvalidArgument, $"the bundle must be an absolute path, got \"{request.Bundle}\"");
            return;
        }
        TaskContainer? container = null;
        try
        {
            ContainerId.Validate(request.Id);
            ShimOptions options = ShimOptions.Read(request.Options);
            container = new TaskContainer(request, options, $"{options.Root}/{context.Namespace}");
            context.Containers.Add(request.Id, container);
            options.Write(request.Bundle);
            TaskContainer made = container;
            container.Init.Streams = ProcessStreams.Open(context.Loop, context.Children, container.Init.Stdio, options.StreamOwner, request.Id, context.Namespace,
                (streams, failure) => Make(call, request, made, streams, failure));
        }
        catch (RuncsException e)
        {
            Fail(call, container, e.Message);
        }
    }

    private void Make(TtrpcCall call, CreateTaskRequest request, TaskContainer container, ProcessStreams streams, string? failure)
    {
        container.Init.Streams = streams;
        if (failure != null)
        {
            Fail(call, container, failure);
            return;
        }
        context.Start(() => MakeInClone(request, container, streams), context.Children.Expect(result => End(call, request, container, streams, result)), streams.Kept());
    }

    private static OperationResult MakeInClone(CreateTaskRequest request, TaskContainer container, ProcessStreams streams)
    {
        using RootfsMounts mounts = RootfsMounts.Mount(request.Rootfs, $"{request.Bundle}/rootfs");
        (ConsoleSocket? master, ConsoleSocket? console) = OpenConsole(request.Terminal);
        int pid = CreateCommand.Run(new Containers.CreateOptions
        {
            Id = container.Id,
            Root = container.Root,
            Bundle = container.Bundle,
            PidFile = $"{container.Bundle}/init.pid",
            Streams = streams.OfProcess,
            Console = console,
            NoPivot = container.Options.NoPivotRoot,
            NoNewKeyring = container.Options.NoNewKeyring,
            SystemdCgroup = container.Options.SystemdCgroup,
        });
        mounts.Keep();
        return new OperationResult { Pid = pid, Descriptor = master?.Receive() };
    }

    /// <summary>In a clone: a pair of sockets for the master of a terminal; nulls without a terminal.</summary>
    internal static (ConsoleSocket? Master, ConsoleSocket? Console) OpenConsole(bool terminal)
    {
        if (!terminal) return (null, null);
        (ConsoleSocket parent, ConsoleSocket child) = ConsoleSocket.Pair();
        return (parent, child);
    }

    private void End(TtrpcCall call, CreateTaskRequest request, TaskContainer container, ProcessStreams streams, OperationResult result)
    {
        if (result.Error != null)
        {
            string reason = $"OCI runtime create failed: runcs create failed: {result.Error}";
            if (result.IsLost) Remove(call, container, reason);
            else Fail(call, container, reason);
            return;
        }
        TaskProcess init = container.Init;
        init.Pid = result.Pid;
        try
        {
            streams.Begin(result.Descriptor);
            container.Begin(context.Loop, () => exits.ReportOutOfMemory(container));
            init.IsStarting = true;
            exits.Watch(init);
        }
        catch (RuncsException e)
        {
            Remove(call, container, e.Message);
            return;
        }
        call.Reply(new CreateTaskResponse { Pid = (uint)result.Pid });
        context.Publish(new TaskCreate
        {
            ContainerId = container.Id,
            Bundle = container.Bundle,
            Rootfs = request.Rootfs,
            Io = new TaskIO { Stdin = request.Stdin, Stdout = request.Stdout, Stderr = request.Stderr, Terminal = request.Terminal },
            Pid = (uint)result.Pid,
        });
        exits.EndStart(init);
    }

    // What there is of the container is removed before the answer: the client removes the bundle then.
    private void Remove(TtrpcCall call, TaskContainer container, string reason)
    {
        (string root, string id, string rootfs) = (container.Root, container.Id, $"{container.Bundle}/rootfs");
        context.Start(() =>
        {
            DeleteCommand.Run(root, id, force: true);
            RootfsMounts.Unmount(rootfs);
            RootfsMounts.RemoveLayers(rootfs);
            return new OperationResult();
        }, _ => Fail(call, container, reason));
    }

    private void Fail(TtrpcCall call, TaskContainer? container, string reason)
    {
        if (container != null)
        {
            context.Containers.Remove(container.Id);
            container.Dispose();
        }
        call.Fail(StatusCode.Unknown, reason);
    }
}
