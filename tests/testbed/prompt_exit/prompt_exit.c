// SPDX-License-Identifier: GPL-2.0
// Makes KVM leave its guest as soon as it has injected an interrupt.
//
// QEMU's emulation of VMRUN delivers an injected interrupt at once, but goes on to remember its vector as an
// exception that is still to be delivered (10.0, target/i386/tcg, helper_vmrun: exception_index). The next
// exit forgets it. But if the emulated CPU stops in between because its slice of time is over, as it does all
// the time under -icount, the interrupt is delivered once more, wherever the guest is and also while it has
// interrupts disabled; the guest then soon waits for a lock that it holds itself. KVM can leave at once: it
// sends itself an interrupt before it enters the guest. It is only asked for that here.
#include <linux/kprobes.h>
#include <linux/module.h>

// One is enough: there is one guest, with one CPU.
static atomic_t injected;

static int note_injection(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_set(&injected, 1);
	return 0;
}

// svm_vcpu_run(vcpu, force_immediate_exit)
static int force_exit(struct kprobe *probe, struct pt_regs *regs)
{
	if (atomic_xchg(&injected, 0))
		regs->si = true;
	return 0;
}

static struct kprobe injection = { .symbol_name = "svm_inject_irq", .pre_handler = note_injection };
static struct kprobe run = { .symbol_name = "svm_vcpu_run", .pre_handler = force_exit };
static struct kprobe *probes[] = { &injection, &run };

static int __init prompt_exit_init(void)
{
	return register_kprobes(probes, ARRAY_SIZE(probes));
}

static void __exit prompt_exit_exit(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
}

module_init(prompt_exit_init);
module_exit(prompt_exit_exit);
MODULE_DESCRIPTION("Nested virtualization in virtual time");
MODULE_LICENSE("GPL");
