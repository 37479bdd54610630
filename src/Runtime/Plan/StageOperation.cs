// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Plan;

/// <summary>What the exec stage does in one place of its order. <see cref="StagePlanner"/> says why the place is that.</summary>
public enum StageOperation
{
    /// <summary>Nobody may look into the process; its channels and descriptors end with the next exec.</summary>
    Hide,

    /// <summary>The labels of the next program.</summary>
    Label,

    /// <summary>The children of the process will be in the pid namespace (setns(2)).</summary>
    ChoosePidNamespace,

    /// <summary>Into the memory cgroup, for which the set-up was too large.</summary>
    EnterMemoryCgroup,

    /// <summary>Memory policy and personality.</summary>
    Schedule,

    /// <summary>One limit of setrlimit(2).</summary>
    Limit,

    /// <summary>RLIMIT_NPROC is lifted, where that is permitted.</summary>
    LiftProcessLimit,

    /// <summary>Into the namespaces of the container's first process.</summary>
    EnterNamespaces,

    /// <summary>chroot(2) to the container's root.</summary>
    ChangeRoot,

    /// <summary>The ids of the user namespace's root.</summary>
    BecomeRoot,

    /// <summary>Into the container's session keyring.</summary>
    JoinKeyring,

    /// <summary>The working directory, groups, umask, bounding set and ids.</summary>
    BecomeUser,

    /// <summary>The capabilities of the program and those that are kept.</summary>
    SetCapabilities,

    /// <summary>no_new_privs (prctl(2), PR_SET_NO_NEW_PRIVS).</summary>
    NoNewPrivileges,

    /// <summary>The capabilities of the program, the ambient ones too, and those that are kept; the process is hidden once more.</summary>
    DropPrivileges,

    /// <summary>Another process goes on, in the pid namespace.</summary>
    AppearInPidNamespace,

    /// <summary>Standard input becomes the controlling terminal.</summary>
    TakeTerminal,

    /// <summary>Looks for the program as the user.</summary>
    FindProgram,

    /// <summary>Tells the parent that all but the rest of the sequence is done.</summary>
    ReportReady,

    /// <summary>All descriptors that the program does not keep are to be closed by its execve.</summary>
    CloseOnExec,

    /// <summary>Tells the parent which number the listener's descriptor is going to have.</summary>
    AnnounceListener,

    /// <summary>Loads the seccomp filter.</summary>
    LoadFilter,

    /// <summary>Waits for a byte on the start channel.</summary>
    Wait,

    /// <summary>Runs a startContainer hook in a child.</summary>
    RunHook,

    /// <summary>The same, with the seccomp filter loaded in the child.</summary>
    RunFilteredHook,

    /// <summary>Fails, for a config without a program.</summary>
    Refuse,

    /// <summary>execve(2) of the program.</summary>
    Execute,
}
