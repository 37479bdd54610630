// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Plan;

/// <summary>One operation in the sequence of the exec stage. <see cref="StagePlanner"/> gives the reasons for the order.</summary>
public enum StageOperation
{
    /// <summary>Makes the process undumpable, and its channels and descriptors close-on-exec.</summary>
    Hide,

    /// <summary>Lets signals end the process, although it is the first of its pid namespace.</summary>
    CatchSignals,

    /// <summary>Sets the labels of the next program.</summary>
    Label,

    /// <summary>Selects the pid namespace of the process's children (setns(2)).</summary>
    ChoosePidNamespace,

    /// <summary>Enters the memory cgroup, whose limit is too small for the set-up.</summary>
    EnterMemoryCgroup,

    /// <summary>Sets memory policy and personality.</summary>
    Schedule,

    /// <summary>Sets one limit of setrlimit(2).</summary>
    Limit,

    /// <summary>Lifts RLIMIT_NPROC, if permitted.</summary>
    LiftProcessLimit,

    /// <summary>Enters the namespaces of the container's first process.</summary>
    EnterNamespaces,

    /// <summary>chroot(2) to the container's root.</summary>
    ChangeRoot,

    /// <summary>Takes the ids of the user namespace's root.</summary>
    BecomeRoot,

    /// <summary>Gives the terminal to the program's user, as root of the user namespace.</summary>
    GiveTerminal,

    /// <summary>Joins the container's session keyring.</summary>
    JoinKeyring,

    /// <summary>Sets the working directory, groups, umask, bounding set and ids.</summary>
    BecomeUser,

    /// <summary>Sets the capabilities of the program and the kept ones.</summary>
    SetCapabilities,

    /// <summary>Sets no_new_privs (prctl(2), PR_SET_NO_NEW_PRIVS).</summary>
    NoNewPrivileges,

    /// <summary>
    /// Sets the capabilities of the program, including the ambient ones, and the kept ones; makes the process undumpable
    /// again.
    /// </summary>
    DropPrivileges,

    /// <summary>Continues in another process, in the pid namespace.</summary>
    AppearInPidNamespace,

    /// <summary>Makes standard input the controlling terminal.</summary>
    TakeTerminal,

    /// <summary>Lets the process run on all CPUs of its cpuset, and no longer on that of its set-up alone.</summary>
    UseAllCpus,

    /// <summary>Searches for the program as the user.</summary>
    FindProgram,

    /// <summary>Reports to the parent that only the rest of the sequence remains.</summary>
    ReportReady,

    /// <summary>Makes all descriptors that the program does not keep close-on-exec.</summary>
    CloseOnExec,

    /// <summary>Reports the future number of the notify descriptor to the parent.</summary>
    AnnounceListener,

    /// <summary>Loads the seccomp filter.</summary>
    LoadFilter,

    /// <summary>Waits for a byte on the start channel.</summary>
    Wait,

    /// <summary>Runs a startContainer hook in a child.</summary>
    RunHook,

    /// <summary>The same, with the seccomp filter loaded in the child.</summary>
    RunFilteredHook,

    /// <summary>Fails: the config has no program.</summary>
    Refuse,

    /// <summary>execve(2) of the program.</summary>
    Execute,
}
